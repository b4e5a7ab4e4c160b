package io.blockring.node.http.admin;

import io.blockring.client.namespace.Version;
import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.http.admin.ClusterStatus.Problem;
import io.blockring.node.http.admin.OriginFindings.Finding;
import io.blockring.node.http.admin.OriginFindings.Verdict;
import io.blockring.node.http.admin.WarmupStatus.Amount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cluster of the reference page's examples; writes down what it was asked to do. */
final class FakeOperations implements Operations {
  private static final long NOW = 1_795_000_000_000L;
  private static final StoreUse STORE = new StoreUse(25_600, 107_374_182_400L, 1_099_511_627_776L);

  private static final Traffic TRAFFIC = new Traffic(4_000_000_000L, 500_000_000);

  final List<String> asked = new ArrayList<>();
  volatile List<Problem> moreProblems = List.of();
  volatile List<String> reasonsNotReady = List.of();
  volatile @Nullable OperationException nextFailure;

  /** Makes status wait; released by interruption only. */
  volatile boolean isStuck;

  /** Characters of one problem's message, so that events can be made large. */
  volatile int sizeOfEvents;

  final CountDownLatch interrupted = new CountDownLatch(1);

  private void note(String what) throws OperationException {
    synchronized (asked) {
      asked.add(what);
    }
    OperationException failure = nextFailure;
    if (failure != null) {
      nextFailure = null;
      throw failure;
    }
  }

  @Override
  public ClusterStatus status(long deadlineNanos) throws OperationException {
    note("status");
    if (isStuck) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
    }
    Problem away =
        new Problem(
            Health.DEGRADED,
            "node_away",
            "gpu-03",
            "unseen for 42 s; its blocks are read from the next owners" + " ".repeat(sizeOfEvents));
    return new ClusterStatus(
        "models",
        "gpu-01",
        "0.1.0",
        93_784_000,
        3,
        2,
        7,
        "5f0c2a91d37be644",
        STORE,
        TRAFFIC,
        new StoreUse(51_200, 214_748_364_800L, 2_199_023_255_552L),
        new Traffic(8_000_000_000L, 500_000_000),
        List.of(new Residency.Unanswered("gpu-03", "away")),
        Stream.concat(Stream.of(away), moreProblems.stream()).toList());
  }

  @Override
  public History history(Duration window, long deadlineNanos) throws OperationException {
    note("history " + window);
    History.Point point =
        new History.Point(
            NOW,
            1_000_000,
            20_000_000,
            60_000_000,
            4_000_000,
            0,
            4_194_304,
            214_748_364_800L,
            2_199_023_255_552L);
    return new History(5000, List.of(point), List.of(new Residency.Unanswered("gpu-03", "away")));
  }

  private static NodeStatus first(int weight, boolean isPinned, double owned, long maintenance) {
    return first(weight, isPinned, owned, maintenance, "");
  }

  private static NodeStatus first(
      int weight, boolean isPinned, double owned, long maintenance, String isolatedBecause) {
    return new NodeStatus(
        "gpu-01",
        "a",
        NodeStatus.State.ALIVE,
        weight,
        isPinned,
        owned,
        0,
        maintenance,
        false,
        !isolatedBecause.isEmpty(),
        isolatedBecause,
        "",
        "10.0.0.1:7073",
        "10.0.0.1:7070",
        "10.0.0.1:7071",
        STORE,
        TRAFFIC);
  }

  @Override
  public List<NodeStatus> nodes(long deadlineNanos) throws OperationException {
    note("nodes");
    NodeStatus third =
        new NodeStatus(
            "gpu-03",
            "b",
            NodeStatus.State.AWAY,
            512,
            true,
            33.33,
            42_000,
            0,
            false,
            false,
            "",
            "gpu-01: no sign of life for 1500 ms; for 3 s",
            "10.0.0.3:7073",
            "10.0.0.3:7070",
            "10.0.0.3:7071",
            null,
            null);
    return List.of(first(1024, false, 66.66, 0), third);
  }

  @Override
  public RingStatus ring(long deadlineNanos) throws OperationException {
    note("ring");
    return new RingStatus(
        7,
        "5f0c2a91d37be644",
        262_144,
        List.of(
            new RingStatus.Share(
                "gpu-01", 1024, 174_800, 66.67, 96, STORE, 9.76, 13.02, moving("gpu-01")),
            new RingStatus.Share(
                "gpu-03",
                512,
                87_344,
                33.31,
                0,
                null,
                null,
                null,
                new HandoffStatus(
                    "gpu-03", false, HandoffStatus.Phase.UNKNOWN, 0, 0, 0, 0, 0, 0, 0, null, ""))),
        List.of(new Residency.Unanswered("gpu-03", "away")));
  }

  @Override
  public RingPlan planRing(RingChange change, long deadlineNanos) throws OperationException {
    note("plan " + change);
    return new RingPlan(
        262_144,
        88_001,
        53_687_091_200L,
        0,
        1_000_000_000,
        53_687,
        "",
        List.of(
            new RingPlan.Share("gpu-01", 1024, 512, 66.67, 33.33, STORE, 0, 53_687_091_200L, 4.88),
            new RingPlan.Share("gpu-03", 512, 512, 33.33, 33.33, null, 0, 0, null),
            new RingPlan.Share(
                "gpu-04",
                0,
                512,
                0,
                33.33,
                new StoreUse(0, 0, 549_755_813_888L),
                53_687_091_200L,
                0,
                9.76)));
  }

  @Override
  public NodeStatus setWeight(String node, int weight, boolean isForced, long deadlineNanos)
      throws OperationException {
    note("weight " + node + " " + weight + (isForced ? " forced" : ""));
    return first(weight, true, 0, 0);
  }

  @Override
  public NodeStatus setIsolated(String node, boolean isIsolated, String because, long deadlineNanos)
      throws OperationException {
    note("isolated " + node + " " + isIsolated + " '" + because + "'");
    return first(1024, false, 66.66, 0, because);
  }

  @Override
  public HandoffStatus drain(String node, long bytesPerSecond, boolean isForced, long deadlineNanos)
      throws OperationException {
    note("drain " + node + " at " + bytesPerSecond + (isForced ? " forced" : ""));
    return new HandoffStatus(node, true, HandoffStatus.Phase.IDLE, 0, 0, 0, 0, 0, 0, 0, null, "");
  }

  @Override
  public HandoffStatus undrain(String node, long deadlineNanos) throws OperationException {
    note("undrain " + node);
    return new HandoffStatus(node, false, HandoffStatus.Phase.IDLE, 0, 0, 0, 0, 0, 0, 0, null, "");
  }

  @Override
  public HandoffStatus handoff(String node, long deadlineNanos) throws OperationException {
    note("handoff " + node);
    return moving(node);
  }

  private static HandoffStatus moving(String node) {
    return new HandoffStatus(
        node,
        true,
        HandoffStatus.Phase.MOVING,
        400L << 20,
        160L << 20,
        120L << 20,
        4L << 20,
        1,
        3_000,
        40L << 20,
        5_900L,
        "block 1 is larger than any there");
  }

  @Override
  public NodeStatus setMaintenance(String node, Duration length, long deadlineNanos)
      throws OperationException {
    note("maintenance " + node + " " + length);
    return first(1024, false, 66.66, NOW + length.toMillis());
  }

  @Override
  public void removeNode(String node, boolean isForced, long deadlineNanos)
      throws OperationException {
    note("remove " + node + (isForced ? " forced" : ""));
  }

  @Override
  public List<String> startRepair(long deadlineNanos) throws OperationException {
    note("repair");
    return List.of("gpu-03");
  }

  private static MountStatus models(long bypassUntil) {
    return new MountStatus(
        "models",
        "0123456789abcdef0123456789abcdef",
        "s3://acme-models/prod/",
        "https://s3.example.com",
        4_194_304,
        "ttl: 30s",
        bypassUntil);
  }

  @Override
  public List<MountStatus> mounts(long deadlineNanos) throws OperationException {
    note("mounts");
    return List.of(models(0));
  }

  @Override
  public List<MirrorStatus> mirrors(long deadlineNanos) throws OperationException {
    note("mirrors");
    return List.of(
        new MirrorStatus(
            "models",
            "s3://acme-models/prod/",
            "s3://acme-models-eu/prod/",
            "gpu-01",
            MirrorStatus.State.COPYING,
            new MirrorStatus.Lag(12, 50_331_648, 340),
            new MirrorStatus.Amount(88, 369_098_752),
            1,
            20_971_520,
            52_428_800,
            NOW,
            "sd/vae.safetensors: overwritten while it was read",
            MirrorStatus.Bucket.ANSWERS,
            MirrorStatus.Bucket.LEFT_ALONE,
            7));
  }

  @Override
  public KeepStatus keep(
      KeepStatus.Action action, String path, String startAfter, long deadlineNanos)
      throws OperationException {
    note("keep " + action + " " + path + " after '" + startAfter + "'");
    return new KeepStatus(
        path,
        3,
        11,
        46_137_344,
        2,
        List.of(
            new KeepStatus.Refused(
                "gpu-02",
                1,
                "/nvme0: 871 of the 871 slots of 4194304 bytes that may be pinned are; the others"
                    + " are for what is not")),
        List.of(new Residency.Unanswered("gpu-03", "not alive")),
        "");
  }

  @Override
  public MountStatus setBypass(String mount, Duration length, long deadlineNanos)
      throws OperationException {
    note("bypass " + mount + " " + length);
    return models(length.isZero() ? 0 : NOW + length.toMillis());
  }

  @Override
  public Residency residency(Version version, long deadlineNanos) throws OperationException {
    note("residency " + version.name().key());
    return new Residency(
        2,
        8_388_608,
        List.of(new Residency.Share("gpu-01", 2, 8_388_608)),
        List.of(new Residency.Unanswered("gpu-03", "no answer within 500 ms")));
  }

  @Override
  public WarmupStatus startWarmup(List<String> paths, long deadlineNanos)
      throws OperationException {
    note("warmup " + paths);
    Amount none = new Amount(0, 0, 0, 0);
    return new WarmupStatus(
        "w-1",
        "gpu-01",
        paths,
        WarmupStatus.State.LISTING,
        false,
        NOW,
        0,
        none,
        none,
        none,
        0,
        null,
        0,
        List.of());
  }

  @Override
  public List<WarmupStatus> warmups(long deadlineNanos) throws OperationException {
    return List.of(warmup("w-1", deadlineNanos));
  }

  @Override
  public WarmupStatus warmup(String id, long deadlineNanos) throws OperationException {
    note("warmup " + id);
    return new WarmupStatus(
        id,
        "gpu-01",
        List.of("/models/sd"),
        WarmupStatus.State.FETCHING,
        true,
        NOW,
        4000,
        new Amount(10, 4, 3, 1),
        new Amount(100, 40, 30, 1),
        new Amount(419_430_400, 167_772_160, 125_829_120, 4_194_304),
        41_943_040,
        6000L,
        1,
        List.of(
            new WarmupStatus.Failure(
                "/models/sd/vae.safetensors", "the bucket refuses our credentials (403)")));
  }

  @Override
  public WarmupStatus cancelWarmup(String id, long deadlineNanos) throws OperationException {
    note("cancel " + id);
    return warmup(id, deadlineNanos);
  }

  @Override
  public OriginFindings probeOrigin(OriginProbe probe, long deadlineNanos)
      throws OperationException {
    note("probe " + probe);
    return new OriginFindings(
        probe.url(),
        List.of(
            new Finding("range", Verdict.PASS, "206 with the asked bytes"),
            new Finding("list-order", Verdict.WARN, "names are not in UTF-8 byte order")),
        Map.of("origin.pathStyle", "true"));
  }

  @Override
  public List<String> reasonsNotReady() {
    return reasonsNotReady;
  }
}
