package io.blockring.node.operate;

import io.blockring.client.Namespace;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Version;
import io.blockring.node.config.NodeSettings;
import io.blockring.node.http.admin.ClusterStatus;
import io.blockring.node.http.admin.MountStatus;
import io.blockring.node.http.admin.NodeStatus;
import io.blockring.node.http.admin.OperationException;
import io.blockring.node.http.admin.Operations;
import io.blockring.node.http.admin.OriginFindings;
import io.blockring.node.http.admin.OriginProbe;
import io.blockring.node.http.admin.Residency;
import io.blockring.node.http.admin.StoreUse;
import io.blockring.node.http.admin.WarmupStatus;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.node.membership.MemberAddress;
import io.blockring.node.read.MountTable;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.StoreStatistics;
import io.blockring.ring.MemberLoad;
import io.blockring.ring.Ring;
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
  private final BlockStore store;
  private final OwnerCalls owners;
  private final Warmups warmups;
  private final StatusReport report;
  private final Supplier<List<String>> notReady;

  /**
   * @param notReady why readers should stay away now; empty when they need not
   */
  public NodeOperations(
      NodeSettings settings,
      Cluster cluster,
      MountTable mounts,
      Namespace namespace,
      BlockStore store,
      OwnerCalls owners,
      Warmups warmups,
      StatusReport report,
      Supplier<List<String>> notReady) {
    this.settings = settings;
    this.cluster = cluster;
    this.mounts = mounts;
    this.namespace = namespace;
    this.store = store;
    this.owners = owners;
    this.warmups = warmups;
    this.report = report;
    this.notReady = notReady;
  }

  @Override
  public ClusterStatus status(long deadlineNanos) {
    return report.now();
  }

  @Override
  public List<NodeStatus> nodes(long deadlineNanos) {
    ClusterView view = cluster.view();
    return view.members().stream().map(member -> node(view, member)).toList();
  }

  @Override
  public NodeStatus setWeight(String node, int weight, long deadlineNanos)
      throws OperationException {
    if (!cluster.setWeight(node, weight)) {
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
  public void removeNode(String node, long deadlineNanos) throws OperationException {
    Member member = cluster.view().member(node).orElseThrow(() -> noSuchNode(node));
    if (member.isAlive()) {
      throw new OperationException(
          OperationException.Kind.CONFLICT,
          "node "
              + node
              + " is alive: set its weight to 0 or stop it first; a running node puts its record back");
    }
    cluster.remove(node);
  }

  @Override
  public List<MountStatus> mounts(long deadlineNanos) {
    return mounts.all().stream().map(this::mount).toList();
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
  public List<WarmupStatus> warmups(long deadlineNanos) {
    return warmups.all();
  }

  @Override
  public WarmupStatus warmup(String id, long deadlineNanos) throws OperationException {
    return warmups.of(id);
  }

  @Override
  public WarmupStatus cancelWarmup(String id, long deadlineNanos) throws OperationException {
    return warmups.cancel(id);
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
    ClusterView view = cluster.view();
    return node(view, view.member(id).orElseThrow(() -> noSuchNode(id)));
  }

  private NodeStatus node(ClusterView view, Member member) {
    MemberAddress address = member.address();
    StoreStatistics own = member.isSelf() ? store.statistics() : null;
    return new NodeStatus(
        member.id(),
        member.zone(),
        state(member),
        member.weight(),
        member.isWeightPinned(),
        ownedPercent(view.ring(), member.id()),
        cluster.unseenMillis(member.id()),
        member.maintenanceUntilEpochMillis(),
        address.host() + ":" + address.adminPort(),
        address.host() + ":" + address.s3Port(),
        address.host() + ":" + address.blockPort(),
        own == null ? null : new StoreUse(own.blocks(), own.bytes(), own.budgetBytes()));
  }

  private static NodeStatus.State state(Member member) {
    boolean isExpected = member.maintenanceUntilEpochMillis() > System.currentTimeMillis();
    return switch (member.liveness()) {
      case ALIVE -> NodeStatus.State.ALIVE;
      case AWAY -> isExpected ? NodeStatus.State.MAINTENANCE : NodeStatus.State.AWAY;
      case GONE -> NodeStatus.State.GONE;
    };
  }

  private static double ownedPercent(Ring ring, String id) {
    int slots = 1 << ring.parameters().slotBits();
    for (MemberLoad load : ring.loads()) {
      if (load.member().id().equals(id)) {
        return 100.0 * load.slots() / slots;
      }
    }
    return 0;
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

  private static OperationException noSuchNode(String id) {
    return new OperationException(
        OperationException.Kind.NOT_FOUND, "no member has the id '" + id + "'");
  }
}
