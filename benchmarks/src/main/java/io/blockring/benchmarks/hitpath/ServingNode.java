package io.blockring.benchmarks.hitpath;

import io.blockring.client.CacheClient;
import io.blockring.client.CacheClientSettings;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.WireText;
import io.blockring.demo.Await;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A node alone, as a process, with the object on its SSD, and the ways to read it. */
final class ServingNode implements AutoCloseable {
  static final String MOUNT = "data";
  private static final Duration READY = Duration.ofSeconds(60);
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  private final LocalCluster cluster;
  private final CacheClient client;
  private final OpenObject object;
  private final OpenObject cold;

  private ServingNode(
      LocalCluster cluster, CacheClient client, OpenObject object, OpenObject cold) {
    this.cluster = cluster;
    this.client = client;
    this.object = object;
    this.cold = cold;
  }

  /** Starts it and reads the whole object through it. */
  static ServingNode start(
      Path folder, ClusterPlan plan, SampleFile file, PeerCredentials credentials)
      throws IOException, InterruptedException, ReadException {
    LocalCluster cluster = LocalCluster.start(folder, plan);
    try {
      cluster.awaitReady(READY);
      CacheClient client = connect(cluster.node(1), credentials);
      OpenObject object = client.open("/" + MOUNT + "/" + file.path(), scope());
      OpenObject cold = client.open("/" + MOUNT + "/" + Servers.COLD_OBJECT, scope());
      ServingNode node = new ServingNode(cluster, client, object, cold);
      node.fill(file);
      if (credentials instanceof PeerCredentials.None) {
        node.awaitResidency(file);
      } else {
        // Whose port answers nobody without credentials: what is not resident yet is read again.
        node.fill(file);
      }
      return node;
    } catch (IOException | InterruptedException | ReadException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** On a busy machine a node that has just started may miss the first call's deadline. */
  private static CacheClient connect(LocalNode node, PeerCredentials credentials)
      throws InterruptedException {
    CacheClientSettings settings =
        CacheClientSettings.of(new ControlAddress("127.0.0.1", node.ports().control()))
            .withCredentials(credentials);
    AtomicReference<@Nullable CacheClient> connected = new AtomicReference<>();
    Await.until(
        "the control port answers",
        READY,
        () -> {
          try {
            connected.set(CacheClient.connect(settings));
            return null;
          } catch (IOException e) {
            return String.valueOf(e.getMessage());
          }
        });
    return Objects.requireNonNull(connected.get());
  }

  private static ReadScope scope() {
    return ReadScope.forReader(30_000);
  }

  private void fill(SampleFile file) throws IOException, InterruptedException {
    ByteBuffer block = ByteBuffer.allocateDirect(version().blockBytes());
    for (long at = 0; at < file.size(); at += block.capacity()) {
      read(at, block.clear());
      if (file.firstDifference(at, block.flip()) >= 0) {
        throw new IOException("the block at byte " + at + " is wrong");
      }
    }
  }

  private void awaitResidency(SampleFile file) throws InterruptedException {
    Ranges blocks = new Ranges(version().blockBytes(), file.size());
    Await.until("all blocks are resident", READY, () -> firstMissing(blocks));
  }

  /** Each with a connection of its own: what a refusal says further is not read. */
  private @Nullable String firstMissing(Ranges blocks) {
    for (int i = 0; i < blocks.count(); i++) {
      try (RangeReader reader = verified().open(blocks)) {
        reader.read(i);
      } catch (IOException e) {
        return String.valueOf(e.getMessage());
      }
    }
    return null;
  }

  LocalNode node() {
    return cluster.node(1);
  }

  List<Long> pids() {
    return List.of(node().pid());
  }

  private Version version() {
    return Objects.requireNonNull(object.version());
  }

  /** The block port's verified form, its checksums not compared. */
  RangeReader.Source verified() {
    return new HttpReader.Source(
        Wire.plain(node().ports().blocks()), verifiedRequest(), CHECKSUM_BYTES);
  }

  HttpReader.Request verifiedRequest() {
    return (offset, bytes) ->
        request(offset, bytes)
            + "x-blockring-form: verified\r\nx-blockring-kind: peek\r\n"
            + "x-blockring-trace: 0f4be8a2c1d94d7e\r\nx-blockring-class: read\r\n"
            + "x-blockring-deadline: 30000\r\n\r\n";
  }

  /** The block port as curl reads it: the node proves the bytes. */
  RangeReader.Source plain() {
    return new HttpReader.Source(
        Wire.plain(node().ports().blocks()),
        (offset, bytes) -> request(offset, bytes) + "x-blockring-kind: peek\r\n\r\n",
        0);
  }

  private String request(long offset, int bytes) {
    Version version = version();
    return "GET "
        + BlockWire.PATH
        + version.name().mount()
        + "/"
        + offset / version.blockBytes()
        + "/"
        + WireText.escapeKey(version.name().key())
        + " HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        + HttpReader.range(offset % version.blockBytes(), bytes)
        + "x-blockring-identity: "
        + WireText.escapeValue(version.identity().toString())
        + "\r\nx-blockring-size: "
        + version.size()
        + "\r\n";
  }

  RangeReader.Source overS3(Wire.Dial dial) {
    return HttpReader.file(dial, "/" + MOUNT + "/" + object.name().key());
  }

  /** What applications use: checks every byte, and may be told to show credentials. */
  RangeReader.Source javaClient() {
    return ranges -> new JavaClientReader(this, ranges);
  }

  void read(long offset, ByteBuffer target) throws IOException {
    try {
      client.read(object, offset, target, scope());
    } catch (ReadException e) {
      throw new IOException(e.kind() + ": " + e.getMessage(), e);
    }
  }

  /** Of the object that is not resident before it is read. */
  void readCold(long offset, ByteBuffer target, ReadScope scope) throws ReadException {
    client.read(cold, offset, target, scope);
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
  }

  /** Ranges through {@link CacheClient}, without local memory. */
  private record JavaClientReader(ServingNode node, Ranges ranges, ByteBuffer bytes)
      implements RangeReader {
    JavaClientReader(ServingNode node, Ranges ranges) {
      this(node, ranges, ByteBuffer.allocateDirect(ranges.bytes));
    }

    @Override
    public void read(int number) throws IOException {
      node.read(ranges.offset(number), bytes.clear());
      bytes.flip();
    }

    @Override
    public void close() {
      // The client belongs to the node.
    }
  }
}
