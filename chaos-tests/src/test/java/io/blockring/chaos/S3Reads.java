package io.blockring.chaos;

import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads with the AWS SDK and its own retries. Given several endpoints, it goes on with the next
 * when the SDK gives one up, as an application with two endpoints does.
 */
final class S3Reads implements RangeReader {
  private static final int CONNECTIONS = 64;
  private static final int STEP_BYTES = 64 * 1024;
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final String mount;
  private final List<S3Client> clients = new ArrayList<>();
  private final Findings findings;
  private final LongAdder switches = new LongAdder();

  S3Reads(String reader, String mount, URI... endpoints) {
    this.mount = mount;
    this.findings = new Findings(reader);
    for (URI endpoint : endpoints) {
      clients.add(client(endpoint));
    }
  }

  /** The SDK as an application sets it up that changes the endpoint and nothing else. */
  static S3Client client(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .httpClientBuilder(Apache5HttpClient.builder().maxConnections(CONNECTIONS))
        .overrideConfiguration(config -> config.apiCallTimeout(DEADLINE))
        .build();
  }

  @Override
  public @Nullable String read(SampleFile file, long offset, int length) {
    boolean isWhole = offset == 0 && length == file.size();
    String range = isWhole ? null : "bytes=" + offset + "-" + (offset + length - 1);
    GetObjectRequest request =
        GetObjectRequest.builder().bucket(mount).key(file.path()).range(range).build();
    SdkException last = null;
    for (S3Client client : clients) {
      if (last != null) {
        switches.increment();
      }
      try {
        client.getObject(request, proof(file, offset, length));
        findings.ended();
        return null;
      } catch (SdkException e) {
        last = e;
      }
    }
    findings.error(file.path() + " " + (isWhole ? "whole" : range) + ": " + last);
    return kind(last);
  }

  private static String kind(@Nullable SdkException error) {
    return switch (error) {
      case S3Exception e -> "S3: " + e.statusCode() + " " + code(e);
      case ApiCallTimeoutException _ -> "S3: no end before the deadline";
      case null, default -> "S3: connection";
    };
  }

  private static @Nullable String code(S3Exception error) {
    return error.awsErrorDetails() == null ? null : error.awsErrorDetails().errorCode();
  }

  @Override
  public Findings findings() {
    return findings;
  }

  /** Reads that needed the next endpoint. */
  long switches() {
    return switches.sum();
  }

  @Override
  public void close() {
    clients.forEach(S3Client::close);
  }

  private ResponseTransformer<GetObjectResponse, Integer> proof(
      SampleFile file, long offset, int length) {
    return (_, stream) -> {
      try {
        int came = prove(stream, file, offset);
        if (came != length) {
          findings.wrong(file + ": " + length + " bytes asked, an answer ended well with " + came);
        }
        return came;
      } catch (IOException e) {
        throw RetryableException.create("the body broke off: " + e.getMessage(), e);
      }
    };
  }

  private int prove(InputStream stream, SampleFile file, long offset) throws IOException {
    byte[] step = new byte[STEP_BYTES];
    int came = 0;
    for (int count = stream.read(step); count >= 0; count = stream.read(step)) {
      findings.check(file, offset + came, ByteBuffer.wrap(step, 0, count));
      came += count;
    }
    return came;
  }
}
