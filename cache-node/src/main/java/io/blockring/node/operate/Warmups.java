package io.blockring.node.operate;

import io.blockring.client.ladder.ReadScope;
import io.blockring.node.http.admin.OperationException;
import io.blockring.node.http.admin.WarmupStatus;
import io.blockring.warmup.WarmupCluster;
import io.blockring.warmup.WarmupJob;
import io.blockring.warmup.WarmupLimits;
import io.blockring.warmup.WarmupProgress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * The warm-ups that were started at this node. They run here and end with the node; those that are
 * over are kept until newer ones take their place.
 */
public final class Warmups {
  private static final int MOST_RUNNING = 8;
  private static final int MOST_KEPT = 200;

  private record Started(WarmupJob job, List<String> paths, long startedEpochMillis) {}

  private final String nodeId;
  private final WarmupCluster cluster;
  // Oldest first; guarded by itself.
  private final Map<String, Started> started = new LinkedHashMap<>();
  private final Map<WarmupStatus.State, LongAdder> ended = new EnumMap<>(WarmupStatus.State.class);

  public Warmups(String nodeId, WarmupCluster cluster) {
    this.nodeId = nodeId;
    this.cluster = cluster;
    for (WarmupStatus.State state : WarmupStatus.State.values()) {
      ended.put(state, new LongAdder());
    }
  }

  String nodeId() {
    return nodeId;
  }

  boolean knows(String id) {
    synchronized (started) {
      return started.containsKey(id);
    }
  }

  WarmupStatus start(List<String> paths) throws OperationException {
    String id = "w-" + ReadScope.newTraceId();
    WarmupJob job = new WarmupJob(cluster, paths, WarmupLimits.DEFAULT);
    Started entry = new Started(job, List.copyOf(paths), System.currentTimeMillis());
    synchronized (started) {
      long running = started.values().stream().filter(other -> !isOver(other)).count();
      if (running >= MOST_RUNNING) {
        throw new OperationException(
            OperationException.Kind.BUSY,
            running + " warm-ups run on " + nodeId + ", limit " + MOST_RUNNING);
      }
      forgetOldest();
      started.put(id, entry);
    }
    Thread.ofVirtual().name("warmup-" + id).start(() -> run(job));
    return status(id, entry);
  }

  private void run(WarmupJob job) {
    job.run();
    adder(state(job.progress().state())).increment();
  }

  List<WarmupStatus> all() {
    synchronized (started) {
      List<WarmupStatus> newestFirst = new ArrayList<>();
      started.forEach((id, entry) -> newestFirst.addFirst(status(id, entry)));
      return newestFirst;
    }
  }

  WarmupStatus of(String id) throws OperationException {
    return status(id, find(id));
  }

  WarmupStatus cancel(String id) throws OperationException {
    Started entry = find(id);
    entry.job().cancel();
    return status(id, entry);
  }

  /** Warm-ups under way. */
  public int running() {
    synchronized (started) {
      return (int) started.values().stream().filter(entry -> !isOver(entry)).count();
    }
  }

  /** Warm-ups that ended so since the process started. */
  public long ended(WarmupStatus.State state) {
    return adder(state).sum();
  }

  /** What those under way are about, together. */
  public WarmupStatus.Amount runningBytes() {
    long total = 0;
    long resident = 0;
    long fetched = 0;
    long failed = 0;
    synchronized (started) {
      for (Started entry : started.values()) {
        if (!isOver(entry)) {
          WarmupStatus.Amount bytes = amount(entry.job().progress().bytes());
          total += bytes.total();
          resident += bytes.resident();
          fetched += bytes.fetched();
          failed += bytes.failed();
        }
      }
    }
    return new WarmupStatus.Amount(total, resident, fetched, failed);
  }

  private LongAdder adder(WarmupStatus.State state) {
    return Objects.requireNonNull(ended.get(state));
  }

  /** Tells all to stop, for the node does. */
  public void close() {
    synchronized (started) {
      started.values().forEach(entry -> entry.job().cancel());
    }
  }

  private Started find(String id) throws OperationException {
    synchronized (started) {
      Started entry = started.get(id);
      if (entry == null) {
        throw new OperationException(
            OperationException.Kind.NOT_FOUND, "node " + nodeId + " knows no warm-up '" + id + "'");
      }
      return entry;
    }
  }

  private void forgetOldest() {
    var oldest = started.entrySet().iterator();
    while (started.size() >= MOST_KEPT && oldest.hasNext()) {
      if (isOver(oldest.next().getValue())) {
        oldest.remove();
      }
    }
  }

  private static boolean isOver(Started entry) {
    return entry.job().progress().state().isEnd();
  }

  private WarmupStatus status(String id, Started entry) {
    WarmupProgress progress = entry.job().progress();
    return new WarmupStatus(
        id,
        nodeId,
        entry.paths(),
        state(progress.state()),
        progress.isListed(),
        entry.startedEpochMillis(),
        progress.elapsed().toMillis(),
        amount(progress.objects()),
        amount(progress.blocks()),
        amount(progress.bytes()),
        progress.bytesPerSecond(),
        progress.eta() == null ? null : progress.eta().toMillis(),
        progress.problemCount(),
        progress.problems().stream()
            .map(problem -> new WarmupStatus.Failure(problem.path(), problem.reason()))
            .toList());
  }

  private static WarmupStatus.State state(WarmupProgress.State state) {
    return switch (state) {
      case LISTING -> WarmupStatus.State.LISTING;
      case FETCHING -> WarmupStatus.State.FETCHING;
      case VERIFYING -> WarmupStatus.State.VERIFYING;
      case VERIFIED -> WarmupStatus.State.VERIFIED;
      // To someone who named a path that does not exist, nothing has become resident.
      case NOTHING_FOUND, INCOMPLETE -> WarmupStatus.State.INCOMPLETE;
      case DOES_NOT_FIT -> WarmupStatus.State.DOES_NOT_FIT;
      case CHANGED -> WarmupStatus.State.CHANGED;
      case CANCELLED -> WarmupStatus.State.CANCELLED;
    };
  }

  /** Resident is what was proved; while it runs, what owners have reported. */
  private static WarmupStatus.Amount amount(WarmupProgress.Amount amount) {
    long reported = amount.residentBefore() + amount.fetched();
    return new WarmupStatus.Amount(
        amount.total(), Math.max(amount.verified(), reported), amount.fetched(), amount.failed());
  }
}
