package io.blockring.node.operate;

import io.blockring.node.http.admin.WarmupStatus;
import io.blockring.wire.v1.Warmup;
import io.blockring.wire.v1.WarmupAmount;
import io.blockring.wire.v1.WarmupFailure;
import java.util.Locale;

/** Between warm-ups and their messages. */
final class WarmupWire {
  /** So that a node with many failures does not fill the message. */
  private static final int FAILURES_TOLD = 10;

  private WarmupWire() {}

  static Warmup wire(WarmupStatus warmup) {
    Warmup.Builder wire =
        Warmup.newBuilder()
            .setId(warmup.id())
            .addAllPaths(warmup.paths())
            .setState(warmup.state().name().toLowerCase(Locale.ROOT))
            .setIsListed(warmup.isListed())
            .setStartedEpochMillis(warmup.startedEpochMillis())
            .setElapsedMillis(warmup.elapsedMillis())
            .setObjects(wire(warmup.objects()))
            .setBlocks(wire(warmup.blocks()))
            .setBytes(wire(warmup.bytes()))
            .setBytesPerSecond(warmup.bytesPerSecond())
            .setFailures(warmup.failures());
    Long eta = warmup.etaMillis();
    if (eta != null) {
      wire.setEtaMillis(eta);
    }
    warmup.firstFailures().stream()
        .limit(FAILURES_TOLD)
        .forEach(
            failure ->
                wire.addFirstFailures(
                    WarmupFailure.newBuilder()
                        .setPath(failure.path())
                        .setReason(failure.reason())));
    return wire.build();
  }

  /**
   * @param node that runs it
   * @throws IllegalArgumentException when the state is one that this version does not know
   */
  static WarmupStatus status(String node, Warmup wire) {
    return new WarmupStatus(
        wire.getId(),
        node,
        wire.getPathsList(),
        WarmupStatus.State.valueOf(wire.getState().toUpperCase(Locale.ROOT)),
        wire.getIsListed(),
        wire.getStartedEpochMillis(),
        wire.getElapsedMillis(),
        amount(wire.getObjects()),
        amount(wire.getBlocks()),
        amount(wire.getBytes()),
        wire.getBytesPerSecond(),
        wire.hasEtaMillis() ? wire.getEtaMillis() : null,
        wire.getFailures(),
        wire.getFirstFailuresList().stream()
            .map(failure -> new WarmupStatus.Failure(failure.getPath(), failure.getReason()))
            .toList());
  }

  private static WarmupAmount wire(WarmupStatus.Amount amount) {
    return WarmupAmount.newBuilder()
        .setTotal(amount.total())
        .setResident(amount.resident())
        .setFetched(amount.fetched())
        .setFailed(amount.failed())
        .build();
  }

  private static WarmupStatus.Amount amount(WarmupAmount wire) {
    return new WarmupStatus.Amount(
        wire.getTotal(), wire.getResident(), wire.getFetched(), wire.getFailed());
  }
}
