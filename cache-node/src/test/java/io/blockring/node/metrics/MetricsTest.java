package io.blockring.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.cluster.OfferAnswer;
import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.memory.MemoryRung;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginBudget;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.file.FileOrigin;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerSettings;
import io.blockring.mirror.Breaker;
import io.blockring.mirror.SourceRegion;
import io.blockring.mirror.StandIn;
import io.blockring.node.blockport.BlockPort;
import io.blockring.node.blockport.BlockPortSettings;
import io.blockring.node.blockport.BlockService;
import io.blockring.node.blockport.Filling;
import io.blockring.node.book.Book;
import io.blockring.node.config.ClusterSettings;
import io.blockring.node.config.MountSettings;
import io.blockring.node.config.Settings;
import io.blockring.node.control.ControlCalls;
import io.blockring.node.control.ControlServer;
import io.blockring.node.control.FakeControlService;
import io.blockring.node.fill.FakeStore;
import io.blockring.node.fill.FillCounters;
import io.blockring.node.handoff.Handoff;
import io.blockring.node.host.HostPressure;
import io.blockring.node.host.Nic;
import io.blockring.node.http.admin.AdminServer;
import io.blockring.node.http.s3.S3Counters;
import io.blockring.node.manifest.FillReports;
import io.blockring.node.manifest.ManifestCounters;
import io.blockring.node.manifest.Manifests;
import io.blockring.node.manifest.Proofs;
import io.blockring.node.membership.BookAlone;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterRoutes;
import io.blockring.node.membership.MemberAddress;
import io.blockring.node.operate.Mirrors;
import io.blockring.node.operate.Warmups;
import io.blockring.node.read.BlockPortReads;
import io.blockring.node.read.MountTable;
import io.blockring.node.read.ReadCounters;
import io.blockring.node.read.ReplicaCopies;
import io.blockring.node.read.SpreadCopies;
import io.blockring.node.resolve.Freshness;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.DiskState;
import io.blockring.node.store.StoreStatistics;
import io.blockring.warmup.FillResult;
import io.blockring.warmup.WarmupCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path directory;
  private final Metrics metrics = new Metrics();

  @Test
  void shows_exactly_what_the_list_says_when_every_room_is_bound() throws Exception {
    FillCounters fills = new FillCounters();
    ReadMeters.bind(metrics, new ReadCounters(ReadMeters.latency(metrics)), fills);
    StoreMeters.bind(metrics, MetricsTest::store);
    StoreMeters.bindMemory(
        metrics, new MemoryRung(1 << 20, 1 << 16), new ByteBudget(1 << 20, 1 << 16));
    OriginMeters.bind(metrics, "models", Rung.ORIGIN, new OriginCounters());
    OriginMeters.bindBudget(
        metrics,
        "models",
        new OriginBudget("models", OriginBudget.Limits.NONE, () -> 1, () -> 0, () -> 0, () -> 0));
    ReadMeters.bindRunning(metrics, () -> 0);
    ClusterMeters.bindNode(metrics, "a", "", "1");
    EdgeMeters.bindS3(metrics, new S3Counters());
    EdgeMeters.bindAdmin(metrics, MetricsTest::lanes);
    ProcessMeters.bindPressure(metrics, new HostPressure(100));
    ProcessMeters.bindNic(metrics, Nic.UNLIMITED);
    WarmupMeters.bind(metrics, new Warmups("a", new NoCluster()));
    try (ControlClient client = new ControlClient();
        PeerClient peers = new PeerClient(PeerSettings.defaults(), (peer, ring) -> {});
        BlockPort port =
            new BlockPort(
                BlockPortSettings.defaults(),
                PeerAdmission.everyone(),
                new NoBlocks(),
                Nic.UNLIMITED,
                () -> "",
                ring -> {})) {
      PeerMeters.bind(metrics, peers);
      PeerMeters.bindPort(metrics, port.counters());
      Book book = Book.open(directory.resolve("book"), "a");
      try (Cluster cluster = cluster(book, client);
          ControlServer server =
              new ControlServer(
                  "127.0.0.1",
                  0,
                  PeerAdmission.everyone(),
                  ControlServer.Limits.of(8),
                  new ControlCalls(
                      "test",
                      cluster,
                      new FakeControlService(),
                      new FakeControlService(),
                      SECOND))) {
        ClusterMeters.bind(metrics, cluster, book);
        ClusterMeters.bindControl(metrics, server);
        HandoffMeters.bind(
            metrics,
            new Handoff(
                cluster,
                new FakeStore(),
                mount -> null,
                (member, blocks) -> new OfferAnswer(List.of(), ""),
                view -> {},
                new HostPressure(100),
                Handoff.Limits.of(1 << 20)));
        MirrorMeters.bind(metrics, mirrors(cluster, book), "models");
        ManifestCounters proofs = new ManifestCounters();
        Manifests manifests = new Manifests(new Proofs(mount -> null, drop -> 0, proofs), proofs);
        ClusterRoutes routes = new ClusterRoutes(cluster::view, SECOND, System::nanoTime);
        try (ReplicaCopies copies =
            new ReplicaCopies(new MountTable(List.of(), name -> false), routes, client::fill)) {
          BlockPortReads reads = new BlockPortReads(peers, Nic.UNLIMITED.taken(), () -> "");
          SpreadCopies spread = new SpreadCopies(new FakeStore(), block -> false, System::nanoTime);
          PeerMeters.bindReplicas(metrics, reads, copies, spread);
        }
        try (FillReports reports = new FillReports("a", routes, client, manifests, proofs)) {
          IntegrityMeters.bind(metrics, peers, manifests, reports, proofs);
        }

        assertThat(families(metrics.scrape())).isEqualTo(listed());
      }
    }
  }

  private static Mirrors mirrors(Cluster cluster, Book book) throws Exception {
    MountSettings set =
        Objects.requireNonNull(
            Settings.read(List.of("--mounts.models.source.url=file:///far"), Map.of())
                .mounts()
                .get("models"));
    SourceRegion source =
        new SourceRegion(
            new FileOrigin(
                Path.of("/far"), IdentityMode.AUTO, OriginLimits.DEFAULT, new OriginCounters()),
            new Breaker(SECOND, SECOND, System::nanoTime),
            SECOND,
            System::nanoTime);
    MountTable.Mirror mirror =
        new MountTable.Mirror(null, source, new StandIn(source, null, SECOND));
    Namespace.Mount mount = new Namespace.Mount("models", set.id(), 1 << 22);
    Mirrors mirrors = new Mirrors(cluster, book);
    mirrors.add(
        MountTable.bind(mount, mirror, Freshness.ALWAYS, Nic.UNLIMITED.taken()), mirror, set);
    return mirrors;
  }

  @Test
  void sums_the_two_figures_of_the_hit_rate_over_readers_classes_only() {
    FillCounters fills = new FillCounters();
    ReadMeters.bind(metrics, new ReadCounters(ReadMeters.latency(metrics)), fills);
    fills.onFetched(Rung.ORIGIN, TrafficClass.READ, 5);
    fills.onFetched(Rung.SOURCE_REGION, TrafficClass.READ_AHEAD, 7);
    fills.onFetched(Rung.ORIGIN, TrafficClass.WARM_UP, 1000);
    fills.onFetched(Rung.PEER, TrafficClass.READ, 2000);

    assertThat(value("blockring_reader_origin_bytes_total")).isEqualTo(12);
    assertThat(value("blockring_fill_bytes_total{class=\"warm-up\",rung=\"origin\"}"))
        .isEqualTo(1000);
  }

  @Test
  void counts_a_read_under_the_bounds_it_took() {
    metrics.histogram(NodeMeter.READ_SECONDS, "ssd").record(3_000_000);

    assertThat(value("blockring_read_seconds_bucket{rung=\"ssd\",le=\"0.0025\"}")).isZero();
    assertThat(value("blockring_read_seconds_bucket{rung=\"ssd\",le=\"0.005\"}")).isEqualTo(1);
    assertThat(value("blockring_read_seconds_count{rung=\"ssd\"}")).isEqualTo(1);
  }

  @Test
  void shows_each_disk_and_survives_garbage_collection() {
    StoreMeters.bind(metrics, MetricsTest::store);
    System.gc();
    assertThat(value("blockring_disk_healthy{disk=\"/disk0\"}")).isEqualTo(1);
    assertThat(value("blockring_disk_healthy{disk=\"/disk1\"}")).isZero();
    assertThat(value("blockring_store_evicted_blocks_total")).isEqualTo(4);
  }

  @Test
  void shows_each_lane_of_the_admin_port() {
    EdgeMeters.bindAdmin(metrics, MetricsTest::lanes);
    assertThat(value("blockring_admin_in_flight{lane=\"admin-probes\"}")).isEqualTo(2);
    assertThat(value("blockring_admin_limit{lane=\"admin-probes\"}")).isEqualTo(8);
    assertThat(value("blockring_admin_shed_total{lane=\"admin-probes\"}")).isEqualTo(3);
  }

  @Test
  void refuses_a_meter_used_against_its_declaration() {
    assertThatThrownBy(() -> metrics.gauge(NodeMeter.READS, () -> 1, "ssd", "read"))
        .hasMessageContaining("READS is a COUNTER");
    assertThatThrownBy(() -> metrics.counter(NodeMeter.READS, () -> 1, "ssd"))
        .hasMessageContaining("labels [rung, class]");
  }

  private double value(String series) {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .map(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + " is not in\n" + metrics.scrape()));
  }

  private static Set<String> families(String page) {
    return page.lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ")[2] + " " + line.split(" ")[3])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> listed() {
    Set<String> listed =
        Arrays.stream(NodeMeter.values())
            .map(
                meter ->
                    meter.exposedName()
                        + " "
                        + meter.type().name().toLowerCase(java.util.Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));
    listed.add(NodeMeter.READ_SECONDS.exposedName() + "_max gauge");
    return listed;
  }

  private static StoreStatistics store() {
    return new StoreStatistics(
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        List.of(
            new StoreStatistics.Disk("/disk0", DiskState.HEALTHY, "", 1, 2, 3, 0, 4, 5, 6, 7),
            new StoreStatistics.Disk("/disk1", DiskState.DOWN, "EIO", 1, 2, 3, 0, 4, 5, 6, 7)));
  }

  private static List<AdminServer.LaneStatistics> lanes() {
    return List.of(new AdminServer.LaneStatistics("admin-probes", 2, 8, 3));
  }

  private static Cluster cluster(Book book, ControlClient client) {
    ClusterSettings settings =
        new ClusterSettings("test", List.of(), 1, Duration.ofMinutes(1), 10, 20_000, 0);
    Cluster cluster =
        new Cluster("a", settings, book, new BookAlone(), client::exchange, List::of, SECOND);
    cluster.start(() -> 5, "", new MemberAddress("127.0.0.1", 1, 2, 3, 4));
    return cluster;
  }

  /** Nobody to warm. */
  private static final class NoCluster implements WarmupCluster {
    @Override
    public ListPage list(String prefix, String startAfter, ReadScope scope) {
      throw new AssertionError("no warm-up runs here");
    }

    @Override
    public OpenObject open(String path, ReadScope scope) {
      throw new AssertionError("no warm-up runs here");
    }

    @Override
    public String owner(Version version, int block) {
      throw new AssertionError("no warm-up runs here");
    }

    @Override
    public List<FillResult> fill(
        String member, Version version, List<Integer> blocks, ReadScope scope) {
      throw new AssertionError("no warm-up runs here");
    }

    @Override
    public BitSet residency(Version version, ReadScope scope) {
      throw new AssertionError("no warm-up runs here");
    }
  }

  /** A node without blocks. */
  private static final class NoBlocks implements BlockService {
    @Override
    public int blockBytes(MountId mount) {
      return -1;
    }

    @Override
    public @Nullable BlockLease lease(Version version, int blockIndex) {
      return null;
    }

    @Override
    public @Nullable BlockLease held(BlockKey key) {
      return null;
    }

    @Override
    public void delivered(Rung rung, TrafficClass trafficClass, long bytes) {}

    @Override
    public Filling fill(BlockRange wanted, ReadScope scope, BlockWire.Asker asker) {
      throw new AssertionError("nobody asks for blocks here");
    }

    @Override
    public @Nullable Filling joinFill(BlockKey key) {
      return null;
    }

    @Override
    public void suspect(BlockKey key) {}
  }
}
