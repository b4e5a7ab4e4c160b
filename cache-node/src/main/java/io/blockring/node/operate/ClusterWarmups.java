package io.blockring.node.operate;

import io.blockring.client.cluster.ControlException;
import io.blockring.node.figures.Gatherer;
import io.blockring.node.http.admin.OperationException;
import io.blockring.node.http.admin.WarmupStatus;
import io.blockring.wire.v1.Warmup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Warm-ups wherever they run: this node's are known here, others' nodes tell theirs. */
final class ClusterWarmups {

  /** Stops a warm-up on another node. */
  @FunctionalInterface
  interface RemoteCancel {
    Warmup cancel(String node, String id, Duration deadline) throws ControlException;
  }

  private final Warmups own;
  private final RemoteCancel remote;

  ClusterWarmups(Warmups own, RemoteCancel remote) {
    this.own = own;
    this.remote = remote;
  }

  WarmupStatus start(List<String> paths) throws OperationException {
    return own.start(paths);
  }

  /** Newest first. */
  List<WarmupStatus> all(Gatherer.Gathered gathered) {
    List<WarmupStatus> all = new ArrayList<>(own.all());
    all.addAll(others(gathered));
    all.sort(Comparator.comparingLong(WarmupStatus::startedEpochMillis).reversed());
    return all;
  }

  private List<WarmupStatus> others(Gatherer.Gathered gathered) {
    List<WarmupStatus> others = new ArrayList<>();
    gathered
        .byNode()
        .forEach(
            (node, figures) -> {
              if (!node.equals(own.nodeId())) {
                figures
                    .getWarmupsList()
                    .forEach(warmup -> others.add(WarmupWire.status(node, warmup)));
              }
            });
    return others;
  }

  WarmupStatus of(String id, Gatherings gatherings) throws OperationException {
    return own.knows(id) ? own.of(id) : elsewhere(id, gatherings.recent());
  }

  WarmupStatus cancel(String id, Gatherings gatherings, Duration deadline)
      throws OperationException {
    if (own.knows(id)) {
      return own.cancel(id);
    }
    String node = elsewhere(id, gatherings.recent()).node();
    try {
      return WarmupWire.status(node, remote.cancel(node, id, deadline));
    } catch (ControlException e) {
      throw new OperationException(
          OperationException.Kind.UNAVAILABLE, node + " runs it: " + e.getMessage());
    }
  }

  private WarmupStatus elsewhere(String id, Gatherer.Gathered gathered) throws OperationException {
    return others(gathered).stream()
        .filter(warmup -> warmup.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new OperationException(
                    OperationException.Kind.NOT_FOUND,
                    "node "
                        + own.nodeId()
                        + " knows no warm-up '"
                        + id
                        + "', nor does any other that answers"));
  }
}
