package io.blockring.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Puts the sample files into a bucket on any S3 endpoint, making the bucket if it is not there.
 * What is there with the right size is left alone, so that a second run costs nothing. Credentials
 * as every AWS tool finds them.
 */
@Command(
    name = "sample-upload",
    mixinStandardHelpOptions = true,
    description = "Puts Blockring's sample files into a bucket.")
public final class SampleUpload implements Callable<Integer> {
  /** The same files at every run. */
  public static final long SEED = 7070;

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  @Option(names = "--endpoint", required = true, paramLabel = "URL", description = "S3 endpoint.")
  URI endpoint = URI.create("http://127.0.0.1");

  @Option(names = "--bucket", required = true, paramLabel = "NAME", description = "Bucket.")
  String bucket = "";

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "small (20 MB) or normal (350 MB). Default: small.")
  DemoOptions.Size size = DemoOptions.Size.small;

  private SampleUpload() {}

  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "demo-logback.xml");
    CommandLine line = new CommandLine(new SampleUpload());
    line.setExecutionExceptionHandler(
        (failure, _, _) -> {
          line.getErr().println("sample-upload: " + failure.getMessage());
          return 1;
        });
    System.exit(line.execute(arguments));
  }

  /** The files that a run with {@code --size=small} uploads. */
  public static SampleFiles small() {
    return new SampleFiles(SEED, DemoOptions.Size.small.scale);
  }

  @Override
  public Integer call() throws IOException {
    int uploaded = 0;
    SampleFiles files = new SampleFiles(SEED, size.scale);
    try (S3Client client = client()) {
      makeBucket(client);
      for (SampleFile file : files.all()) {
        if (!isThere(client, file)) {
          put(client, file);
          uploaded++;
        }
      }
    }
    System.out.printf(
        "%d of %d sample files uploaded to s3://%s at %s; the others were there%n",
        uploaded, files.all().size(), bucket, endpoint);
    return 0;
  }

  private S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .build();
  }

  private void makeBucket(S3Client client) throws IOException {
    try {
      client.createBucket(request -> request.bucket(bucket));
    } catch (S3Exception e) {
      if (e.statusCode() != CONFLICT) {
        throw failed("the bucket cannot be made", e);
      }
    } catch (SdkException e) {
      throw failed("the bucket cannot be made", e);
    }
  }

  private boolean isThere(S3Client client, SampleFile file) throws IOException {
    try {
      return client.headObject(head -> head.bucket(bucket).key(file.path())).contentLength()
          == file.size();
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        return false;
      }
      throw failed(file.path(), e);
    } catch (SdkException e) {
      throw failed(file.path(), e);
    }
  }

  private void put(S3Client client, SampleFile file) throws IOException {
    try (InputStream content = file.open()) {
      client.putObject(
          put -> put.bucket(bucket).key(file.path()),
          RequestBody.fromInputStream(content, file.size()));
    } catch (SdkException e) {
      throw failed(file.path(), e);
    }
  }

  private IOException failed(String what, SdkException e) {
    return new IOException("s3://" + bucket + " at " + endpoint + ": " + what + ": " + e, e);
  }
}
