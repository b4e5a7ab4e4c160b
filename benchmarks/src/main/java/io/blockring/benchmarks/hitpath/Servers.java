package io.blockring.benchmarks.hitpath;

import io.blockring.client.ReadException;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.demo.Certificates;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** Everything that is read from, all of it serving the same folder. */
final class Servers implements AutoCloseable {
  static final String OBJECT = "object.bin";

  /** All zeros, and no blocks on the disk: only there to be fetched. */
  static final String COLD_OBJECT = "cold.bin";

  static final long COLD_BYTES = 16L << 30;

  /**
   * The node's block port and its S3 port have that many event loops, and so many workers nginx:
   * one, for the one processor that servers get. Two would be kept waiting by each other.
   */
  private static final int LOOPS = 1;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Path folder;
  private final Path data;
  private final SampleFile file;
  private final Certificates certificates;
  private final Path certificate;
  private final String processor;
  private final int connections;

  /**
   * @param processor where servers run, empty for anywhere
   * @param connections that a node accepts
   */
  Servers(Path folder, long megabytes, String processor, int connections) throws IOException {
    this.connections = connections;
    this.folder = folder;
    this.processor = processor;
    this.data = Files.createDirectories(folder.resolve("data"));
    this.file = SampleFile.ofBytes(OBJECT, megabytes << 20, 1);
    try (InputStream bytes = file.open()) {
      Files.copy(bytes, data.resolve(OBJECT));
    }
    try (RandomAccessFile cold = new RandomAccessFile(data.resolve(COLD_OBJECT).toFile(), "rw")) {
      cold.setLength(COLD_BYTES);
    }
    this.certificates = new Certificates(folder.resolve("certificates"));
    this.certificate = certificates.issue("node");
  }

  SampleFile file() {
    return file;
  }

  Nginx nginx(Nginx.Tuning tuning) throws IOException, InterruptedException {
    Nginx nginx =
        Nginx.start(
            folder.resolve(tuning.name()),
            data,
            tuning,
            LOOPS,
            certificate,
            certificates.key("node"));
    open.push(nginx);
    Processor.pin(nginx.pids(), processor);
    return nginx;
  }

  ServingNode plainNode() throws IOException, InterruptedException, ReadException {
    return node("plain", plan(), PeerCredentials.none());
  }

  ServingNode tokenNode() throws IOException, InterruptedException, ReadException {
    Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    return node(
        "token",
        plan().withSetting("security.cluster.tokenFile", secret.toString()),
        PeerCredentials.ofClusterSecret(secret, "hit-path"));
  }

  ServingNode tlsNode() throws IOException, InterruptedException, ReadException {
    String key = certificates.key("node").toString();
    return node(
        "tls",
        plan()
            .withSetting("security.tls.certificate", certificate.toString())
            .withSetting("security.tls.key", key)
            .withSetting("security.mtls.certificate", certificate.toString())
            .withSetting("security.mtls.key", key)
            .withSetting("security.mtls.ca", certificates.ca.toString()),
        PeerCredentials.ofCertificate(certificate, certificates.key("node"), certificates.ca));
  }

  SSLContext trust() throws IOException {
    return LocalCluster.trusting(certificates.ca);
  }

  private ClusterPlan plan() {
    return ClusterPlan.ofWeights(1)
        .withMount(
            ServingNode.MOUNT, new MountPlan("file://" + data, Map.of("freshness", "immutable")))
        .withSetting("memory.size", "0")
        .withSetting("limits.cpu", Integer.toString(LOOPS))
        .withSetting("limits.connections", Integer.toString(connections))
        .withStoreBudget("6GiB");
  }

  private ServingNode node(String name, ClusterPlan plan, PeerCredentials credentials)
      throws IOException, InterruptedException, ReadException {
    ServingNode node = ServingNode.start(folder.resolve(name), plan, file, credentials);
    open.push(node);
    Processor.pin(node.pids(), processor);
    return node;
  }

  /**
   * Reads the start of the cold object into the page cache: a bucket's memory is not this host's,
   * and to give it new pages would hold up the one processor that servers have for milliseconds.
   */
  void readColdObject(long bytes) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(4 << 20);
    try (FileChannel cold = FileChannel.open(data.resolve(COLD_OBJECT))) {
      while (cold.position() < bytes && cold.read(piece.clear()) >= 0) {}
    }
  }

  List<String> environment() throws IOException {
    return List.of(
        "processors: " + Runtime.getRuntime().availableProcessors() + " for the load generator",
        "servers pinned to: " + (processor.isEmpty() ? "nothing" : "processor " + processor),
        "workers and event loops: " + LOOPS,
        "object: " + (file.size() >> 20) + " MiB, in the page cache",
        "load average at the start: " + Files.readString(Path.of("/proc/loadavg")).strip());
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
