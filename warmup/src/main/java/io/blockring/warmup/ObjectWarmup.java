package io.blockring.warmup;

import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Version;
import io.blockring.warmup.Tally.Standing;
import java.util.BitSet;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What is done to one object: opened, brought in, checked. */
final class ObjectWarmup {
  private final WarmupCluster cluster;
  private final WarmupLimits limits;
  private final WarmupClock clock;
  private final Totals totals;
  private final InFlightBudget budget;
  private final String traceId = ReadScope.newTraceId();

  ObjectWarmup(WarmupCluster cluster, WarmupLimits limits, WarmupClock clock, Totals totals) {
    this.cluster = cluster;
    this.limits = limits;
    this.clock = clock;
    this.totals = totals;
    this.budget = new InFlightBudget(limits.blocksInFlight(), limits.bytesInFlight());
  }

  /** A call to the cluster. */
  interface Call<T> {
    T run(ReadScope scope) throws ReadException;
  }

  /** Opens an object and has its owners bring in what is not known to be there. */
  void warm(Tally tally) throws InterruptedException {
    boolean isFirstTime = tally.version == null;
    for (int versions = 1; ; versions++) {
      Version version = open(tally);
      if (version == null) {
        return;
      }
      totals.update(
          tally,
          () -> {
            tally.begin(version);
            tally.standing = Standing.OPEN;
          });
      if (!fill(tally, version, isFirstTime)) {
        return;
      }
      totals.changed();
      if (versions == limits.attempts()) {
        totals.update(tally, () -> tally.standing = Standing.CHANGING);
        return;
      }
      pause(versions, 0);
    }
  }

  /** Whether the version was found to be another one now. */
  private boolean fill(Tally tally, Version version, boolean isFirstTime)
      throws InterruptedException {
    BitSet missing = new BitSet();
    missing.set(0, version.blockCount());
    missing.andNot(tally.residentBefore);
    missing.andNot(tally.fetched);
    for (int attempt = 1; ; attempt++) {
      FillRound round = new FillRound(tally, version, missing, isFirstTime && attempt == 1, totals);
      round.run(cluster, budget, limits, this::scope);
      if (round.isChanged()) {
        return true;
      }
      if (!round.noSpace().isEmpty()) {
        giveUp(tally, Standing.NO_SPACE, round.noSpace());
        return false;
      }
      if (missing.isEmpty()) {
        totals.update(tally, () -> tally.standing = Standing.FILLED);
        return false;
      }
      if (attempt == limits.attempts()) {
        totals.update(tally, () -> tally.failed.or(missing));
        giveUp(
            tally,
            Standing.FAILED,
            "%d of %d blocks failed %d times: %s"
                .formatted(missing.cardinality(), version.blockCount(), attempt, round.failure()));
        return false;
      }
      pause(attempt, round.retryAfterNanos());
    }
  }

  /** Asks whether an object is still the same and all of it with its owners. */
  void check(Tally tally) throws InterruptedException {
    Version version = open(tally);
    if (version == null) {
      return;
    }
    if (!Objects.equals(version, tally.version)) {
      totals.changed();
      totals.update(
          tally,
          () -> {
            tally.begin(version);
            tally.standing = Standing.CHANGING;
          });
      return;
    }
    try {
      BitSet resident = (BitSet) retried(scope -> cluster.residency(version, scope)).clone();
      resident.clear(version.blockCount(), Math.max(version.blockCount(), resident.length()));
      totals.update(
          tally,
          () -> {
            tally.verified = resident;
            tally.hasBeenChecked = true;
            tally.residentBefore.and(resident);
            tally.fetched.and(resident);
            tally.standing = tally.isComplete() ? Standing.FILLED : Standing.OPEN;
          });
    } catch (ReadException e) {
      giveUp(tally, Standing.FAILED, "residency could not be checked: " + e.getMessage());
    }
  }

  /** Makes what is still open after the last check a failure. */
  void conclude(Tally tally) {
    Version version = tally.version;
    if (tally.standing == Standing.CHANGING) {
      totals.problem(tally.path, "was overwritten again and again, or just now");
    } else if (tally.standing == Standing.OPEN && version != null) {
      BitSet missing = new BitSet();
      missing.set(0, version.blockCount());
      missing.andNot(tally.verified);
      totals.update(tally, () -> tally.failed.or(missing));
      giveUp(
          tally,
          Standing.FAILED,
          "%d of %d blocks were not with their owners at the last check"
              .formatted(missing.cardinality(), version.blockCount()));
    }
  }

  void giveUp(Tally tally, Standing standing, String reason) {
    totals.update(tally, () -> tally.standing = standing);
    totals.problem(tally.path, reason);
  }

  /** Null when there is nothing to bring in; the tally then says why. */
  private @Nullable Version open(Tally tally) throws InterruptedException {
    try {
      OpenObject object = retried(scope -> cluster.open(tally.path, scope));
      if (object.version() == null) {
        giveUp(
            tally, Standing.FAILED, "has no strong identity: it is read through and never stored");
      }
      return object.version();
    } catch (ReadException e) {
      if (e.kind() == ReadException.Kind.NOT_FOUND) {
        totals.gone();
        totals.update(
            tally,
            () -> {
              tally.version = null;
              tally.standing = Standing.GONE;
            });
      } else {
        giveUp(tally, Standing.FAILED, "could not be opened: " + e.getMessage());
      }
      return null;
    }
  }

  /** Tries a call as often as the limits say, unless the answer will not get better. */
  <T> T retried(Call<T> call) throws ReadException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.run(scope());
      } catch (ReadException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        boolean isFinal =
            e.kind() == ReadException.Kind.NOT_FOUND || e.kind() == ReadException.Kind.DENIED;
        if (isFinal || attempt == limits.attempts()) {
          throw e;
        }
        pause(attempt, e.retryAfter().toNanos());
      }
    }
  }

  private void pause(int failures, long retryAfterNanos) throws InterruptedException {
    long pauseNanos = limits.backoff().pauseNanos(failures, ThreadLocalRandom.current());
    long askedNanos = Math.min(retryAfterNanos, limits.callTimeout().toNanos());
    clock.sleepNanos(Math.max(pauseNanos, askedNanos));
  }

  private ReadScope scope() {
    return new ReadScope(
        traceId, TrafficClass.WARM_UP, System.nanoTime() + limits.callTimeout().toNanos());
  }
}
