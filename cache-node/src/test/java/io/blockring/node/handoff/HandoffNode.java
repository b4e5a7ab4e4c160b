package io.blockring.node.handoff;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerSettings;
import io.blockring.node.blockport.BlockPort;
import io.blockring.node.blockport.BlockPortSettings;
import io.blockring.node.blockport.BlockService;
import io.blockring.node.blockport.Filling;
import io.blockring.node.book.Book;
import io.blockring.node.config.ClusterSettings;
import io.blockring.node.control.ControlCalls;
import io.blockring.node.control.ControlServer;
import io.blockring.node.control.FakeControlService;
import io.blockring.node.host.HostPressure;
import io.blockring.node.host.Nic;
import io.blockring.node.membership.BookAlone;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.Member;
import io.blockring.node.membership.MemberAddress;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.MountKeeping;
import io.blockring.node.store.SsdBlockStore;
import io.blockring.node.store.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What of a node moves blocks, all real: store, book, cluster, both ports and the two ends of the
 * handoff. It has no bucket at all.
 */
final class HandoffNode implements AutoCloseable {
  static final int BLOCK_BYTES = 4 << 20;
  static final MountId MOUNT = MountId.of("s3://b/p", "", BLOCK_BYTES, "etag");
  static final MountId PACKING = MountId.of("s3://b/packed", "", BLOCK_BYTES, "etag");

  /** What a test makes of a node. */
  record Plan(String id, int weight, long bytesPerSecond, double writesPerDay) {
    static Plan of(String id, int weight) {
      return new Plan(id, weight, 1L << 32, 0);
    }
  }

  final Plan plan;
  final SsdBlockStore store;
  final FakeControlService service = new FakeControlService();
  final Cluster cluster;
  final Handoff handoff;
  private final Path folder;
  private final List<AutoCloseable> parts = new CopyOnWriteArrayList<>();
  private final ControlServer server;

  /**
   * @param seeds control addresses of all nodes; its own is added
   */
  HandoffNode(Plan plan, Path parent, Collection<ControlAddress> seeds) throws Exception {
    this.plan = plan;
    this.folder = Files.createDirectories(parent.resolve(plan.id()));
    store = SsdBlockStore.open(storeSettings());
    ControlClient client = new ControlClient();
    PeerClient peers =
        PeerClient.ofMember(PeerSettings.defaults(), PeerCredentials.none(), (peer, ring) -> {});
    BlockPort port =
        new BlockPort(
            BlockPortSettings.defaults(),
            PeerAdmission.everyone(),
            new HeldBlocks(store),
            Nic.UNLIMITED,
            () -> "",
            ring -> {});
    int blockPort = port.bind("127.0.0.1", 0);
    cluster =
        new Cluster(
            plan.id(),
            new ClusterSettings("test", List.of(), 1, Duration.ofMinutes(10), 12, 20_000, 0),
            Book.open(folder.resolve("book"), plan.id()),
            new BookAlone(),
            client::exchange,
            () -> seeds,
            Duration.ofSeconds(2));
    HostPressure pressure = new HostPressure(100);
    handoff =
        new Handoff(
            cluster,
            store,
            HandoffNode::mount,
            (member, blocks) ->
                client.offer(control(member), plan.id(), blocks, Duration.ofSeconds(10)),
            view -> {},
            pressure,
            new Handoff.Limits(
                plan.bytesPerSecond(), Duration.ofMillis(50), Duration.ofMillis(200)));
    Takeover takeover =
        new Takeover(
            cluster::view,
            store,
            HandoffNode::mount,
            (holder, key, length, sink, scope) ->
                peers.readHeld(
                    new PeerAddress(holder.host(), holder.blockPort()), key, length, sink, scope),
            new ByteBudget(16L * BLOCK_BYTES, BLOCK_BYTES),
            forWhom -> {},
            pressure,
            handoff.counters(),
            Duration.ofSeconds(8));
    service.taking = takeover::take;
    server =
        new ControlServer(
            "127.0.0.1",
            0,
            PeerAdmission.everyone(),
            ControlServer.Limits.of(100),
            new ControlCalls("test", cluster, service, service, Duration.ofSeconds(10)));
    int controlPort = server.start();
    seeds.add(new ControlAddress("127.0.0.1", controlPort));
    cluster.start(plan::weight, "", new MemberAddress("127.0.0.1", blockPort, controlPort, 1, 1));
    handoff.start();
    parts.addAll(List.of(handoff, cluster, server, port, peers, client, store));
  }

  private StoreSettings storeSettings() {
    return StoreSettings.of(
            List.of(
                new StoreSettings.DiskSettings(
                    folder.resolve("disk"), new StoreSettings.Budget.Bytes(256L << 20), 0)))
        .withMounts(
            Map.of(PACKING, MountKeeping.DEFAULT.withCompression(MountKeeping.Compression.LZ4)))
        .withWritesPerDay(plan.writesPerDay());
  }

  private static @Nullable MountId mount(long firstBytes) {
    return firstBytes == MOUNT.digest().high()
        ? MOUNT
        : firstBytes == PACKING.digest().high() ? PACKING : null;
  }

  private static ControlAddress control(Member member) {
    return new ControlAddress(member.address().host(), member.address().controlPort());
  }

  String id() {
    return plan.id();
  }

  /** As kill -9 does it, but for what the store has not flushed. */
  @Override
  public void close() throws Exception {
    for (AutoCloseable part : parts) {
      part.close();
    }
    parts.clear();
  }

  /** Serves what its store holds, to whoever takes it over. */
  private record HeldBlocks(BlockStore store) implements BlockService {
    @Override
    public @Nullable BlockLease held(BlockKey key) {
      return store.lease(key);
    }

    @Override
    public int blockBytes(MountId mount) {
      return -1;
    }

    @Override
    public @Nullable BlockLease lease(Version version, int blockIndex) {
      return null;
    }

    @Override
    public Filling fill(BlockRange wanted, ReadScope scope, BlockWire.Asker asker) {
      throw new AssertionError("no handoff fills: " + wanted);
    }

    @Override
    public @Nullable Filling joinFill(BlockKey key) {
      return null;
    }

    @Override
    public void suspect(BlockKey key) {}

    @Override
    public void delivered(Rung rung, TrafficClass trafficClass, long bytes) {}
  }
}
