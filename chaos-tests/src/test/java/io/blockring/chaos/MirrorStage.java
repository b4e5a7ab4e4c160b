package io.blockring.chaos;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.admin.Address;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.ClusterStatus;
import io.blockring.demo.CountingProxy;
import io.blockring.demo.EmbeddedBucket;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import io.blockring.demo.OriginRequest.Operation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Two regions: a bucket with a cluster of one node before it; and, across a link that is counted
 * and can be cut, a cluster of two nodes that mirrors what the first one serves, with a bucket of
 * its own. Both clusters call the mount {@code models}.
 */
final class MirrorStage implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(120);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final EmbeddedBucket far;
  private final EmbeddedBucket own;
  private final CountingProxy link;
  private final LocalCluster mirror;

  /** A whole object, or an error. */
  record Got(int status, String cache, byte[] body) {}

  private MirrorStage(Path directory) throws IOException, InterruptedException {
    try {
      far = opened(EmbeddedBucket.start(directory.resolve("far-bucket"), "far-models"));
      own = opened(EmbeddedBucket.start(directory.resolve("own-bucket"), "own-models"));
      LocalCluster farCluster =
          opened(LocalCluster.start(directory.resolve("far"), plan(far, farMount(), 1)));
      InetSocketAddress farS3 = new InetSocketAddress("127.0.0.1", farCluster.node(1).ports().s3());
      link = opened(CountingProxy.start(farS3));
      mirror = opened(LocalCluster.start(directory.resolve("near"), plan(own, ownMount(), 1, 1)));
      farCluster.awaitReady(READY);
      mirror.awaitReady(READY);
      ClusterStatus.awaitOneRing(mirror, READY);
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts everything; the mirror's nodes are ready and on one ring when it returns. */
  static MirrorStage open(Path directory) throws IOException, InterruptedException {
    return new MirrorStage(directory);
  }

  private static ClusterPlan plan(EmbeddedBucket bucket, MountPlan mount, Integer... weights) {
    return ClusterPlan.ofWeights(weights)
        .shortLived()
        .withMount(Stage.MOUNT, mount.with("freshness", "ttl:1s").with("blockBytes", "1MiB"))
        .withEnvironment(bucket.credentials().environment())
        // Everything shares one machine: a node may get no processor for a while.
        .withSetting("timeouts.peer", "10s");
  }

  private MountPlan farMount() {
    return MountPlan.bucket("s3://" + far.name(), far.endpoint());
  }

  private MountPlan ownMount() {
    return MountPlan.bucket("s3://" + own.name(), own.endpoint())
        .with("source.url", "s3://" + Stage.MOUNT)
        .with("source.endpoint", link.endpoint().toString())
        .with("source.pathStyle", "true")
        .with("source.credentials.anonymous", "true")
        .with("mirror.interval", "1s")
        .with("mirror.sourcePatience", "1s")
        .with("mirror.ownPatience", "1s");
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  EmbeddedBucket far() {
    return far;
  }

  /** The mirror's bucket. */
  EmbeddedBucket own() {
    return own;
  }

  CountingProxy link() {
    return link;
  }

  /** Object bytes that came over the link so far. */
  long linkBytes() {
    return link.traffic().bytes(Operation.GET);
  }

  /** Reads a whole object from a node of the mirror. */
  Got get(int node, String key) throws IOException, InterruptedException {
    URI uri = mirror.node(node).s3Endpoint().resolve("/" + Stage.MOUNT + "/" + key);
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(uri).timeout(ANSWER).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    String cache = response.headers().firstValue("x-cache").orElse("");
    return new Got(response.statusCode(), cache, response.body());
  }

  /** What a node of the mirror says of the mirrored mount. */
  Json status(int node) throws CommandFailure {
    return admin(node).ask(Request.get("mirrors")).json().objects("mirrors").getFirst();
  }

  /** Lets the mirror's nodes read from buckets only, or no more. */
  void bypass(boolean isOn) throws CommandFailure {
    String body = isOn ? Json.object("on", true, "forSeconds", 600) : Json.object("on", false);
    admin(1).ask(Request.post(body, "mounts", Stage.MOUNT, "bypass"));
  }

  /** Whether a node of the mirror reads from buckets only. */
  boolean isBypassed(int node) throws CommandFailure {
    Json mount = admin(node).ask(Request.get("mounts")).json().objects("mounts").getFirst();
    return mount.number("bypassUntilEpochMillis") > 0;
  }

  private AdminClient admin(int node) {
    LocalNode one = mirror.node(node);
    return new AdminClient(List.of(new Address("127.0.0.1", one.ports().admin())), ANSWER);
  }

  @Override
  public void close() throws IOException {
    http.close();
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
