package io.blockring.node.operate;

import io.blockring.client.Namespace;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Version;
import io.blockring.node.config.NodeSettings;
import io.blockring.node.figures.ClusterSeries;
import io.blockring.node.figures.Gatherer;
import io.blockring.node.figures.Sample;
import io.blockring.node.figures.SampleHistory;
import io.blockring.node.http.admin.ClusterStatus;
import io.blockring.node.http.admin.HandoffStatus;
import io.blockring.node.http.admin.History;
import io.blockring.node.http.admin.KeepStatus;
import io.blockring.node.http.admin.MirrorStatus;
import io.blockring.node.http.admin.MountStatus;
import io.blockring.node.http.admin.NodeStatus;
import io.blockring.node.http.admin.OperationException;
import io.blockring.node.http.admin.Operations;
import io.blockring.node.http.admin.OriginFindings;
import io.blockring.node.http.admin.OriginProbe;
import io.blockring.node.http.admin.Residency;
import io.blockring.node.http.admin.RingChange;
import io.blockring.node.http.admin.RingPlan;
import io.blockring.node.http.admin.RingStatus;
import io.blockring.node.http.admin.WarmupStatus;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.Member;
import io.blockring.node.read.MountTable;
import io.blockring.node.store.KeepAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.roaringbitmap.RoaringBitmap;

/** Operators' requests, answered by this node. */
public final class NodeOperations implements Operations {
  private final NodeSettings settings;
  private final Cluster cluster;
  private final MountTable mounts;
  private final Namespace namespace;
  private final OwnerCalls owners;
  private final ClusterWarmups warmups;
  private final BlockKeeping keeping;
  private final NodeTable nodes;
  private final RingReport ring;
  private final Gatherings gatherings;
  private final StatusReport report;
  private final Mirrors mirrors;
  private final Supplier<List<String>> notReady;

  /**
   * @param notReady why readers should stay away now; empty when they need not
   */
  public NodeOperations(
      NodeSettings settings,
      Cluster cluster,
      MountTable mounts,
      Namespace namespace,
      OwnerCalls owners,
      Warmups warmups,
      Gatherer gatherer,
      StatusReport report,
      Mirrors mirrors,
      Supplier<List<String>> notReady) {
    this.settings = settings;
    this.cluster = cluster;
    this.mounts = mounts;
    this.namespace = namespace;
    this.owners = owners;
    this.warmups = new ClusterWarmups(warmups, owners::cancelWarmup);
    this.keeping = new BlockKeeping(cluster, namespace, owners);
    this.nodes = new NodeTable(cluster);
    this.ring = new RingReport(cluster, settings.handoff().rate().bytes());
    this.gatherings = new Gatherings(gatherer);
    this.report = report;
    this.mirrors = mirrors;
    this.notReady = notReady;
  }

  @Override
  public ClusterStatus status(long deadlineNanos) throws OperationException {
    return report.now(gatherings.recent());
  }

  @Override
  public History history(Duration window, long deadlineNanos) throws OperationException {
    // A step more, for the first one begins before the window does.
    Gatherer.Gathered gathered = gatherings.of(window.plus(SampleHistory.STEP));
    List<History.Point> points =
        ClusterSeries.points(gathered, window).stream().map(NodeOperations::point).toList();
    return new History(SampleHistory.STEP.toMillis(), points, GatheredFigures.unanswered(gathered));
  }

  private static History.Point point(Sample sample) {
    return new History.Point(
        sample.atMillis(),
        sample.memoryBytes(),
        sample.ssdBytes(),
        sample.peerBytes(),
        sample.originBytes(),
        sample.sourceRegionBytes(),
        sample.readerOriginBytes(),
        sample.storeBytes(),
        sample.storeBudgetBytes());
  }

  @Override
  public List<NodeStatus> nodes(long deadlineNanos) throws OperationException {
    return nodes.all(gatherings.recent());
  }

  @Override
  public RingStatus ring(long deadlineNanos) throws OperationException {
    return ring.now(gatherings.recent());
  }

  @Override
  public RingPlan planRing(RingChange change, long deadlineNanos) throws OperationException {
    return ring.plan(change, gatherings.recent());
  }

  private void refuseUnlessItFits(RingChange change) throws OperationException {
    String refusal = ring.plan(change, gatherings.recent()).refusal();
    if (!refusal.isEmpty()) {
      throw new OperationException(
          OperationException.Kind.CONFLICT, refusal + "; force does it nevertheless");
    }
  }

  @Override
  public NodeStatus setWeight(String node, int weight, boolean isForced, long deadlineNanos)
      throws OperationException {
    if (!isForced) {
      refuseUnlessItFits(RingChange.ofWeight(node, weight));
    }
    if (!cluster.setWeight(node, weight)) {
      throw noSuchNode(node);
    }
    return nodeNow(node);
  }

  @Override
  public HandoffStatus drain(String node, long bytesPerSecond, boolean isForced, long deadlineNanos)
      throws OperationException {
    if (!member(node).isAlive()) {
      throw new OperationException(
          OperationException.Kind.CONFLICT,
          "node " + node + " is not alive and can give nothing away: wait for it, or remove it");
    }
    if (member(node).isIsolated()) {
      throw new OperationException(
          OperationException.Kind.CONFLICT,
          "node " + node + " is isolated and gives nothing away: readmit it, or remove it");
    }
    if (!isForced) {
      refuseUnlessItFits(RingChange.ofWeight(node, 0));
    }
    cluster.setDraining(node, true, bytesPerSecond);
    return handoff(node, deadlineNanos);
  }

  @Override
  public HandoffStatus undrain(String node, long deadlineNanos) throws OperationException {
    if (!cluster.setDraining(node, false, 0)) {
      throw noSuchNode(node);
    }
    return handoff(node, deadlineNanos);
  }

  @Override
  public HandoffStatus handoff(String node, long deadlineNanos) throws OperationException {
    return HandoffWire.status(member(node), gatherings.recent().byNode().get(node));
  }

  private Member member(String node) throws OperationException {
    return cluster.view().member(node).orElseThrow(() -> noSuchNode(node));
  }

  @Override
  public NodeStatus setIsolated(String node, boolean isIsolated, String because, long deadlineNanos)
      throws OperationException {
    if (!cluster.setIsolated(node, isIsolated, because)) {
      throw noSuchNode(node);
    }
    return nodeNow(node);
  }

  @Override
  public NodeStatus setMaintenance(String node, Duration length, long deadlineNanos)
      throws OperationException {
    long until = length.isZero() ? 0 : System.currentTimeMillis() + length.toMillis();
    if (!cluster.setMaintenance(node, until)) {
      throw noSuchNode(node);
    }
    return nodeNow(node);
  }

  @Override
  public void removeNode(String node, boolean isForced, long deadlineNanos)
      throws OperationException {
    if (member(node).isAlive()) {
      throw new OperationException(
          OperationException.Kind.CONFLICT,
          "node "
              + node
              + " is alive: set its weight to 0 or stop it first; a running node puts its record back");
    }
    if (!isForced) {
      refuseUnlessItFits(RingChange.ofRemoval(node));
    }
    cluster.remove(node);
  }

  @Override
  public List<String> startRepair(long deadlineNanos) {
    return cluster.startRepair();
  }

  @Override
  public List<MountStatus> mounts(long deadlineNanos) {
    return mounts.all().stream().map(this::mount).toList();
  }

  @Override
  public List<MirrorStatus> mirrors(long deadlineNanos) {
    return mirrors.all();
  }

  @Override
  public MountStatus setBypass(String mount, Duration length, long deadlineNanos)
      throws OperationException {
    MountTable.Bound bound = mounts.byName(mount);
    if (bound == null) {
      throw new OperationException(OperationException.Kind.NOT_FOUND, "no mount '" + mount + "'");
    }
    cluster.setBypass(mount, length.isZero() ? 0 : System.currentTimeMillis() + length.toMillis());
    return mount(bound);
  }

  @Override
  public Residency residency(Version version, long deadlineNanos) {
    ReadScope scope = new ReadScope(ReadScope.newTraceId(), TrafficClass.READ, deadlineNanos);
    RoaringBitmap anywhere = new RoaringBitmap();
    List<Residency.Share> shares = new ArrayList<>();
    List<Residency.Unanswered> unanswered = new ArrayList<>();
    for (Member member : cluster.view().members()) {
      if (!member.isAlive()) {
        unanswered.add(
            new Residency.Unanswered(
                member.id(), member.liveness().name().toLowerCase(Locale.ROOT)));
        continue;
      }
      try {
        RoaringBitmap held = owners.residencyOf(member.id(), version, scope);
        anywhere.or(held);
        shares.add(new Residency.Share(member.id(), held.getCardinality(), bytes(version, held)));
      } catch (ReadException e) {
        unanswered.add(new Residency.Unanswered(member.id(), String.valueOf(e.getMessage())));
      }
    }
    return new Residency(anywhere.getCardinality(), bytes(version, anywhere), shares, unanswered);
  }

  @Override
  public WarmupStatus startWarmup(List<String> paths, long deadlineNanos)
      throws OperationException {
    for (String path : paths) {
      try {
        MountedPath.of(namespace, path);
      } catch (ReadException e) {
        throw new OperationException(
            OperationException.Kind.NOT_FOUND, String.valueOf(e.getMessage()));
      }
    }
    return warmups.start(
        paths.stream().map(path -> path.indexOf('/', 1) < 0 ? path + "/" : path).toList());
  }

  @Override
  public List<WarmupStatus> warmups(long deadlineNanos) throws OperationException {
    return warmups.all(gatherings.recent());
  }

  @Override
  public WarmupStatus warmup(String id, long deadlineNanos) throws OperationException {
    return warmups.of(id, gatherings);
  }

  @Override
  public WarmupStatus cancelWarmup(String id, long deadlineNanos) throws OperationException {
    return warmups.cancel(
        id, gatherings, Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
  }

  @Override
  public KeepStatus keep(
      KeepStatus.Action action, String path, String startAfter, long deadlineNanos)
      throws ReadException {
    ReadScope scope = new ReadScope(ReadScope.newTraceId(), TrafficClass.READ, deadlineNanos);
    if (action == KeepStatus.Action.UNPIN && path.equals("/")) {
      return keeping.unpinAll(scope);
    }
    return keeping.keep(KeepAction.valueOf(action.name()), path, startAfter, scope);
  }

  @Override
  public OriginFindings probeOrigin(OriginProbe probe, long deadlineNanos)
      throws OperationException {
    return ProbeFindings.of(probe, deadlineNanos);
  }

  @Override
  public List<String> reasonsNotReady() {
    return notReady.get();
  }

  private NodeStatus nodeNow(String id) throws OperationException {
    return nodes.all(gatherings.recent()).stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow(() -> noSuchNode(id));
  }

  private MountStatus mount(MountTable.Bound bound) {
    Namespace.Mount mount = bound.mount();
    var set = settings.mounts().get(mount.name());
    return new MountStatus(
        mount.name(),
        mount.id().toString(),
        set == null ? "" : set.truth().url(),
        set == null ? "" : set.truth().endpoint(),
        mount.blockBytes(),
        set == null ? "" : set.freshness().toString(),
        cluster.view().bypasses().getOrDefault(mount.name(), 0L));
  }

  private static long bytes(Version version, RoaringBitmap blocks) {
    return blocks.stream()
        .filter(block -> block < version.blockCount())
        .mapToLong(version::blockLength)
        .sum();
  }

  static OperationException noSuchNode(String id) {
    return new OperationException(
        OperationException.Kind.NOT_FOUND, "no member has the id '" + id + "'");
  }
}
