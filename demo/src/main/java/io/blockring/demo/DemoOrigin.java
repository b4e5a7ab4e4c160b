package io.blockring.demo;

import io.blockring.demo.ClusterPlan.MountPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Where the demo's bytes are, and how to check them.
 *
 * @param mount for the nodes
 * @param environment of the nodes: credentials
 * @param warmPrefix what the warm-up brings in: keys that begin so; empty for all
 * @param bucket the embedded one, whose requests can be counted; null with the user's own data
 * @param direct a client of the user's own bucket; null with other data
 */
record DemoOrigin(
    DemoFiles files,
    MountPlan mount,
    Map<String, String> environment,
    String warmPrefix,
    @Nullable EmbeddedBucket bucket,
    @Nullable S3Client direct)
    implements AutoCloseable {
  private static final String NAME = "acme-models";
  private static final String PREFIX = "prod/";
  private static final long SEED = 1;

  /** What the options ask for; starts and fills the embedded bucket unless there is other data. */
  static DemoOrigin of(DemoOptions options, Path work, PrintStream out, boolean isTerminal)
      throws IOException, InterruptedException {
    if (options.directory != null) {
      Path directory = options.directory.toAbsolutePath().normalize();
      DemoFiles files = DirectoryDemoFiles.of(directory, options.limits());
      MountPlan mount = new MountPlan("file://" + directory, Map.of());
      return new DemoOrigin(files, mount, Map.of(), "", null, null);
    }
    return options.bucket != null
        ? ofBucket(options.bucket, options.endpoint, options.limits())
        : ofSamples(new SampleFiles(SEED, options.size.scale), work, out, isTerminal);
  }

  private static DemoOrigin ofSamples(
      SampleFiles samples, Path work, PrintStream out, boolean isTerminal)
      throws IOException, InterruptedException {
    EmbeddedBucket bucket = EmbeddedBucket.start(work.resolve("bucket"), NAME);
    try (Progress progress = new Progress(out, isTerminal, "stored", samples.bytes())) {
      bucket.putAll(PREFIX, samples.all(), progress::add);
    }
    MountPlan mount = MountPlan.bucket("s3://" + NAME + "/" + PREFIX, bucket.endpoint());
    Map<String, String> credentials = bucket.credentials().environment();
    return new DemoOrigin(new SampleDemoFiles(samples), mount, credentials, "sd/", bucket, null);
  }

  private static DemoOrigin ofBucket(String location, @Nullable URI endpoint, DemoLimits limits)
      throws IOException {
    String path = location.substring("s3://".length());
    int slash = path.indexOf('/');
    String name = slash < 0 ? path : path.substring(0, slash);
    String prefix = slash < 0 ? "" : path.substring(slash + 1);
    String folder = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    S3ClientBuilder client = S3Client.builder();
    if (endpoint != null) {
      client.endpointOverride(endpoint).forcePathStyle(true);
    }
    S3Client direct = client.build();
    MountPlan mount =
        endpoint == null ? new MountPlan(location, Map.of()) : MountPlan.bucket(location, endpoint);
    return new DemoOrigin(
        BucketDemoFiles.of(direct, name, folder, limits), mount, Map.of(), "", null, direct);
  }

  @Override
  public void close() throws IOException {
    if (bucket != null) {
      bucket.close();
    }
    if (direct != null) {
      direct.close();
    }
  }
}
