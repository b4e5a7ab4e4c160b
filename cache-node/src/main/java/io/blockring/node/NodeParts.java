package io.blockring.node;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.memory.MemoryRung;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.object.ObjectReads;
import io.blockring.client.object.Opens;
import io.blockring.client.origin.Copies;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerSettings;
import io.blockring.node.blockport.BlockPort;
import io.blockring.node.blockport.BlockPortSettings;
import io.blockring.node.book.Book;
import io.blockring.node.config.MemoryPlan;
import io.blockring.node.config.MountSettings;
import io.blockring.node.config.NodeSettings;
import io.blockring.node.config.Pool;
import io.blockring.node.config.StartException;
import io.blockring.node.config.StateDirectory;
import io.blockring.node.control.ControlCalls;
import io.blockring.node.control.ControlServer;
import io.blockring.node.figures.Gatherer;
import io.blockring.node.figures.SampleHistory;
import io.blockring.node.fill.FillCounters;
import io.blockring.node.fill.Fills;
import io.blockring.node.handoff.Handoff;
import io.blockring.node.handoff.Takeover;
import io.blockring.node.host.HostMemory;
import io.blockring.node.host.HostPressure;
import io.blockring.node.host.Nic;
import io.blockring.node.http.admin.AdminAccess;
import io.blockring.node.http.admin.AdminServer;
import io.blockring.node.http.s3.S3Endpoint;
import io.blockring.node.http.s3.S3Settings;
import io.blockring.node.membership.BookAlone;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterRoutes;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.HazelcastGroup;
import io.blockring.node.membership.HazelcastMembership;
import io.blockring.node.membership.JoinList;
import io.blockring.node.membership.MemberAddress;
import io.blockring.node.metrics.ClusterMeters;
import io.blockring.node.metrics.EdgeMeters;
import io.blockring.node.metrics.HandoffMeters;
import io.blockring.node.metrics.Metrics;
import io.blockring.node.metrics.MirrorMeters;
import io.blockring.node.metrics.OriginMeters;
import io.blockring.node.metrics.PeerMeters;
import io.blockring.node.metrics.ProcessMeters;
import io.blockring.node.metrics.ReadMeters;
import io.blockring.node.metrics.StoreMeters;
import io.blockring.node.metrics.WarmupMeters;
import io.blockring.node.operate.MemberFigures;
import io.blockring.node.operate.Mirrors;
import io.blockring.node.operate.NodeOperations;
import io.blockring.node.operate.OwnAnswers;
import io.blockring.node.operate.OwnCounters;
import io.blockring.node.operate.OwnFigures;
import io.blockring.node.operate.OwnProblems;
import io.blockring.node.operate.OwnerCalls;
import io.blockring.node.operate.StatusReport;
import io.blockring.node.operate.VersionDrop;
import io.blockring.node.operate.VersionHandover;
import io.blockring.node.operate.Warmups;
import io.blockring.node.read.BlockPortReads;
import io.blockring.node.read.MountTable;
import io.blockring.node.read.NodeBlocks;
import io.blockring.node.read.NodeLadder;
import io.blockring.node.read.NodeNamespace;
import io.blockring.node.read.ReadCounters;
import io.blockring.node.read.ReplicaCopies;
import io.blockring.node.read.SpreadCopies;
import io.blockring.node.resolve.Resolver;
import io.blockring.node.security.NodeSecurity;
import io.blockring.node.store.BlockStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node, put together: each part is made from its own settings and the parts it needs,
 * from the disk up to the ports. Closed in the opposite order, so that no part is used after those
 * below it are gone.
 */
final class NodeParts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeParts.class);
  private static final int READ_AHEAD_BLOCKS = 2;
  private static final int PARALLEL_BLOCKS = 8;
  private static final Duration FOLLOWER_LAG = Duration.ofSeconds(1);
  private static final Duration OFFER_DEADLINE = Duration.ofSeconds(60);

  /** Shorter, so that its holder learns what was taken. */
  private static final Duration TAKEOVER_PATIENCE = Duration.ofSeconds(45);

  private final NodeSettings settings;
  private final Metrics metrics = new Metrics();
  private final Deque<AutoCloseable> closeables = new ArrayDeque<>();
  private String greeting = "";

  private NodeParts(NodeSettings settings) {
    this.settings = settings;
  }

  /** Starts a node; when it cannot, what was started is stopped again. */
  static NodeParts start(NodeSettings settings) throws StartException {
    NodeParts parts = new NodeParts(settings);
    try {
      parts.assemble();
      return parts;
    } catch (StartException | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  /** Where it listens, in one line. */
  String greeting() {
    return greeting;
  }

  private void assemble() throws StartException {
    closing(metrics);
    warnOfOpenDoors();
    MemoryPlan plan = memoryPlan();
    StateDirectory state =
        closing(StateDirectory.open(settings.node().stateDir(), settings.node().id()));
    NodeSecurity security = NodeSecurity.open(settings.security(), state.nodeId());
    BlockStore store = closing(OwnStore.open(settings));
    Nic nic = new Nic(settings.limits().nic().bytesPerSecond());
    ProcessMeters.bindNic(metrics, nic);
    Budgets budgets = new Budgets();
    MountBindings bindings = new MountBindings(settings, budgets, nic.taken());
    closing(bindings::close);
    closing(budgets).keep(state.path().resolve("budgets"));
    ControlClient control =
        closing(new ControlClient(security.credentials(), settings.timeouts().peer()));
    Book book = Book.open(state.path().resolve("book"), state.nodeId());
    Cluster cluster = closing(cluster(state, book, control));
    budgets.shareIs(() -> cluster.view().shareOfSelf());
    MountTable mounts =
        new MountTable(
            bindings.all(), name -> cluster.view().isBypassed(name, System.currentTimeMillis()));
    ClusterRoutes routes =
        new ClusterRoutes(cluster::view, settings.cluster().grace(), System::nanoTime);
    PeerClient peers =
        closing(
            PeerClient.ofMember(
                peerSettings(), security.credentials(), (peer, ring) -> cluster.mergeSoon()));
    ClusterMeters.bindNode(metrics, state.nodeId(), settings.node().zone(), StatusReport.version());
    StoreMeters.bind(metrics, store::statistics);
    bindings
        .counters()
        .forEach(one -> OriginMeters.bind(metrics, one.mount(), one.rung(), one.counters()));
    budgets.all().forEach(one -> OriginMeters.bindBudget(metrics, one.mount(), one.budget()));
    PeerMeters.bind(metrics, peers);

    ByteBudget budget = new ByteBudget(plan.inFlightBytes(), largestBlock(mounts));
    MemoryRung memory = new MemoryRung(plan.keptBytes(), (int) settings.memory().segment().bytes());
    StoreMeters.bindMemory(metrics, memory, budget);
    FillCounters fillCounters = new FillCounters();
    BlockPortReads reads = new BlockPortReads(peers, nic.taken(), routes::fingerprint);
    NodeLadder ladder =
        new NodeLadder(
            memory,
            store,
            routes,
            reads,
            mounts,
            peers.manifests(),
            new NodeLadder.FillLimits(budget, fillLimits(budget, mounts)),
            fillCounters);
    ladder.fills().giveWay(nic.taken()::giveWay);
    Resolver resolver = new Resolver(ladder.fills(), settings.timeouts().read(), System::nanoTime);
    resolver.firstBlocksMayBeHeld(name -> mayBeHeld(cluster.view(), name));
    closing(
        new Keeper(
            state.path().resolve("versions"),
            resolver::restore,
            resolver::snapshot,
            "each key costs one more request to its bucket"));
    HostPressure pressure = new HostPressure(settings.limits().pressure());
    ProcessMeters.bindPressure(metrics, pressure);
    VersionDrop drop = new VersionDrop(cluster, control, store, memory, peers.manifests());
    Integrity integrity =
        closing(new Integrity(state.nodeId(), routes, control, peers, mounts, drop));
    integrity.bind(metrics, ladder.fills());
    ReplicaCopies copies = closing(new ReplicaCopies(mounts, routes, control::fill));
    ladder.fills().tell(copies::filled);
    SpreadCopies spreadCopies =
        closing(new SpreadCopies(store, ladder::isKeeper, System::nanoTime).start());
    PeerMeters.bindReplicas(metrics, reads, copies, spreadCopies);
    closing(
        new Keeper(
            state.path().resolve("manifests"),
            integrity.manifests()::restore,
            integrity.manifests()::snapshot,
            "nothing is proved by manifests until blocks are filled again"));
    Handoff handoff = handoff(cluster, store, mounts, control, resolver, pressure);
    OwnAnswers answers =
        new OwnAnswers(
            mounts,
            store,
            ladder.fills(),
            resolver,
            pressure,
            integrity.manifests(),
            drop,
            new Takeover(
                cluster::view,
                store,
                mounts::idOf,
                reads::readHeld,
                budget,
                nic.taken()::giveWay,
                pressure,
                handoff.counters(),
                TAKEOVER_PATIENCE),
            hash -> cluster.view().isStandIn(hash));
    ReadCounters readCounters = new ReadCounters(ReadMeters.latency(metrics));
    ReadMeters.bind(metrics, readCounters, fillCounters);
    ReadMeters.bindRunning(metrics, ladder.fills()::inFlight);
    NodeNamespace namespace =
        new NodeNamespace(
            mounts,
            new Opens(routes, control, answers::resolve, peers.manifests(), peers.health()),
            new ObjectReads(ladder, budget, READ_AHEAD_BLOCKS, PARALLEL_BLOCKS),
            readCounters);

    OwnerCalls owners = new OwnerCalls(cluster, routes, control, answers, namespace);
    Warmups warmups = new Warmups(state.nodeId(), owners);
    closing(warmups::close);
    WarmupMeters.bind(metrics, warmups);
    Mirrors mirrors = closing(mirrors(cluster, book, mounts, namespace));
    SampleHistory history = closing(history(store, readCounters, fillCounters));
    OwnProblems problems =
        new OwnProblems(
            state.nodeId(), store, readCounters, budgets::spent, nic, integrity.problems());
    OwnFigures figures = new OwnFigures(history, problems, warmups, handoff::progress);

    int controlPort = startControl(security.admission(), cluster, answers, figures);
    int blockPort =
        startBlockPort(
            security.admission(), store, nic, ladder, mounts, readCounters, spreadCopies, cluster);
    int s3Port = startS3(security, nic, namespace);
    Gatherer gatherer = MemberFigures.gatherer(cluster, control, figures);
    StatusReport report =
        new StatusReport(settings.cluster().name(), cluster, history, problems, mirrors);
    NodeOperations operations =
        new NodeOperations(
            settings, cluster, mounts, namespace, owners, warmups, gatherer, report, mirrors,
            List::of);
    int adminPort = startAdmin(security, operations, namespace);
    MemberAddress address =
        new MemberAddress(settings.advertisedHost(), blockPort, controlPort, s3Port, adminPort);
    cluster.storeHasBlocks(() -> store.statistics().blocks() > 0);
    cluster.start(OwnWeight.of(settings, store), settings.node().zone(), address);
    mirrors.start();
    closing(handoff).start();
    greeting =
        "node %s of cluster %s is up: S3 %s://%s:%d, blocks %d, control %d, admin %s://%s:%d"
            .formatted(
                state.nodeId(),
                settings.cluster().name(),
                security.scheme(),
                address.host(),
                s3Port,
                blockPort,
                controlPort,
                security.scheme(),
                address.host(),
                adminPort);
  }

  private Handoff handoff(
      Cluster cluster,
      BlockStore store,
      MountTable mounts,
      ControlClient control,
      Resolver resolver,
      HostPressure pressure) {
    Handoff handoff =
        new Handoff(
            cluster,
            store,
            mounts::idOf,
            (member, blocks) ->
                control.offer(
                    new ControlAddress(member.address().host(), member.address().controlPort()),
                    cluster.view().selfId(),
                    blocks,
                    OFFER_DEADLINE),
            new VersionHandover(resolver, control)::tell,
            pressure,
            Handoff.Limits.of(settings.handoff().rate().bytes()));
    HandoffMeters.bind(metrics, handoff);
    return handoff;
  }

  /** Also what others ask this node for that by its own ring is none of its. */
  private static boolean mayBeHeld(ClusterView view, ObjectName name) {
    long hash = name.placement().hash(0);
    return !view.isOwner(hash) || !view.holders(hash).isEmpty();
  }

  private MemoryPlan memoryPlan() throws StartException {
    long largest =
        settings.mounts().values().stream()
            .mapToLong(mount -> mount.blockBytes().bytes())
            .max()
            .orElse(Blocks.DEFAULT_BLOCK_BYTES);
    return MemoryPlan.divide(
        settings.limits(),
        settings.memory(),
        HostMemory.bytes(),
        Runtime.getRuntime().maxMemory(),
        (int) largest);
  }

  private Mirrors mirrors(Cluster cluster, Book book, MountTable mounts, NodeNamespace namespace) {
    Mirrors mirrors = new Mirrors(cluster, book);
    for (MountTable.Bound mount : mounts.all()) {
      String name = mount.mount().name();
      MountTable.Mirror mirror = mount.mirror();
      MountSettings set = settings.mounts().get(name);
      if (mirror != null && set != null) {
        Copies writer = MountBindings.writer(set);
        if (writer == null) {
          mirrors.add(mount, mirror, set);
        } else {
          mirrors.add(mount, mirror, set, writer, namespace);
        }
        MirrorMeters.bind(metrics, mirrors, name);
      }
    }
    return mirrors;
  }

  private void warnOfOpenDoors() {
    if (!settings.ports().isLoopback() && settings.security().insecure()) {
      log.warn(
          "--insecure: whoever reaches {} may do what the ports can do without credentials",
          settings.ports().host());
    }
  }

  private Cluster cluster(StateDirectory state, Book book, ControlClient control) {
    JoinList joinList = closing(new JoinList(settings.cluster().join(), settings.cluster().port()));
    joinList.start();
    HazelcastGroup group =
        new HazelcastGroup(
            settings.cluster().name(),
            settings.ports().host(),
            settings.advertisedHost(),
            settings.cluster().port());
    Cluster cluster =
        new Cluster(
            state.nodeId(),
            settings.cluster(),
            book,
            mayUseHazelcast() ? new HazelcastMembership(group, joinList) : new BookAlone(),
            control::exchange,
            () -> joinList.controlAddresses(settings.ports().control()),
            settings.timeouts().control());
    ClusterMeters.bind(metrics, cluster, book);
    return cluster;
  }

  private boolean mayUseHazelcast() {
    boolean mayUse = settings.ports().isLoopback() || settings.security().isNetworkTrusted();
    if (!mayUse) {
      log.info(
          "no Hazelcast without --trusted-network: the book alone says who is alive, and"
              + " cluster.join finds members by their control ports");
    }
    return mayUse;
  }

  private static SampleHistory history(
      BlockStore store, ReadCounters readCounters, FillCounters fillCounters) {
    SampleHistory history =
        new SampleHistory(
            new OwnCounters(store, readCounters, fillCounters),
            () -> System.nanoTime() / 1_000_000);
    history.start();
    return history;
  }

  private int startControl(
      PeerAdmission admission, Cluster cluster, OwnAnswers answers, OwnFigures figures)
      throws StartException {
    ControlCalls calls =
        new ControlCalls(
            settings.cluster().name(), cluster, answers, figures, settings.timeouts().read());
    ControlServer server =
        closing(
            new ControlServer(
                settings.ports().host(),
                settings.ports().control(),
                admission,
                ControlServer.Limits.of(settings.limits().connections()),
                calls));
    ClusterMeters.bindControl(metrics, server);
    return server.start();
  }

  private int startBlockPort(
      PeerAdmission admission,
      BlockStore store,
      Nic nic,
      NodeLadder ladder,
      MountTable mounts,
      ReadCounters readCounters,
      SpreadCopies spreadCopies,
      Cluster cluster)
      throws StartException {
    BlockPort port =
        closing(
            new BlockPort(
                BlockPortSettings.defaults()
                    .sizedFor(threads(Pool.BLOCK_LOOPS), threads(Pool.PROOFS))
                    .accepting(settings.limits().connections()),
                admission,
                new NodeBlocks(store, ladder.fills(), mounts, readCounters, spreadCopies),
                nic,
                () -> cluster.view().ring().fingerprint(),
                ring -> cluster.mergeSoon()));
    PeerMeters.bindPort(metrics, port.counters());
    try {
      return port.bind(settings.ports().host(), settings.ports().blocks());
    } catch (IOException e) {
      throw StartException.port(
          "block port", "ports.blocks", settings.ports().host(), settings.ports().blocks(), e);
    }
  }

  private int startS3(NodeSecurity security, Nic nic, NodeNamespace namespace)
      throws StartException {
    S3Settings s3 =
        new S3Settings(
            security.keys(),
            settings.security().insecure(),
            "",
            "us-east-1",
            S3Settings.Limits.defaults()
                .sizedFor(threads(Pool.S3_LOOPS), threads(Pool.COMPRESSION)));
    S3Endpoint endpoint = closing(new S3Endpoint(s3, security.tls(), namespace, nic));
    EdgeMeters.bindS3(metrics, endpoint.counters());
    try {
      return endpoint.listen(settings.ports().host(), settings.ports().s3());
    } catch (IOException e) {
      throw StartException.port(
          "S3 endpoint", "ports.s3", settings.ports().host(), settings.ports().s3(), e);
    }
  }

  private int startAdmin(NodeSecurity security, NodeOperations operations, NodeNamespace namespace)
      throws StartException {
    Set<String> names = new HashSet<>(settings.security().hostNames());
    names.add(settings.advertisedHost());
    AdminAccess access = new AdminAccess(security.keys(), settings.security().openMetrics(), names);
    AdminServer admin =
        new AdminServer(
            settings.ports().host(),
            settings.ports().admin(),
            security.tls(),
            access,
            operations,
            namespace,
            metrics::scrape);
    closing(admin);
    EdgeMeters.bindAdmin(metrics, admin::statistics);
    try {
      return admin.start();
    } catch (IOException e) {
      throw StartException.port(
          "admin port", "ports.admin", settings.ports().host(), settings.ports().admin(), e);
    }
  }

  private int threads(Pool pool) {
    return settings.limits().threads(pool);
  }

  private PeerSettings peerSettings() {
    return PeerSettings.defaults().withSilence(settings.timeouts().peer());
  }

  private Fills.Limits fillLimits(ByteBudget budget, MountTable mounts) {
    int buffers = (int) (budget.totalBytes() / largestBlock(mounts));
    return new Fills.Limits(
        4 * buffers, Duration.ofSeconds(5), settings.timeouts().read(), FOLLOWER_LAG);
  }

  private static int largestBlock(MountTable mounts) {
    return mounts.mounts().stream()
        .mapToInt(mount -> mount.blockBytes())
        .max()
        .orElse(Blocks.DEFAULT_BLOCK_BYTES);
  }

  private <T extends AutoCloseable> T closing(T part) {
    closeables.push(part);
    return part;
  }

  /** Stops serving, then lets go of disks. */
  @Override
  public void close() {
    while (!closeables.isEmpty()) {
      AutoCloseable part = closeables.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }
}
