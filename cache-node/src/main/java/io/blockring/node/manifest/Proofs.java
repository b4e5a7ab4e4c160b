package io.blockring.node.manifest;

import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ObjectChecksum;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds complete versions against their bucket: asks once for the checksum that it keeps of the
 * whole object, and compares. When they differ, which block is wrong is not known: every member
 * drops the version, and it is fetched again when it is read again; not a second time.
 */
public final class Proofs {
  private static final Logger log = LoggerFactory.getLogger(Proofs.class);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int AT_ONCE = 4;
  private static final int MOST_WAITING = 1_000;
  private static final int MOST_REFUTED = 20;

  /** A version whose bytes here are not those that its bucket vouches for. */
  public record Refuted(Version version, String what) {}

  /** Has every member forget a version's blocks. May take its time. */
  @FunctionalInterface
  public interface Everywhere {
    /** Returns how many blocks were dropped. */
    int drop(Version version);
  }

  private final Function<MountId, @Nullable Origin> origins;
  private final Everywhere everywhere;
  private final ManifestCounters counters;
  private final ConcurrentMap<MountId, BucketHabit> habits = new ConcurrentHashMap<>();
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final AtomicInteger waiting = new AtomicInteger();
  // The latest last; guarded by itself.
  private final Deque<Refuted> refuted = new ArrayDeque<>();

  /**
   * @param origins whose versions count, by mount
   */
  public Proofs(
      Function<MountId, @Nullable Origin> origins,
      Everywhere everywhere,
      ManifestCounters counters) {
    this.origins = origins;
    this.everywhere = everywhere;
    this.counters = counters;
  }

  /** Whether blocks of this mount are worth a CRC64NVME. */
  boolean wantsCrc64(MountId mount) {
    return habit(mount).isCrc64Wanted();
  }

  /** Versions that were refuted since the start, the latest ones. */
  public List<Refuted> refuted() {
    synchronized (refuted) {
      return List.copyOf(refuted);
    }
  }

  /** Every block of this version is known now. Returns at once. */
  void complete(VersionManifest manifest) {
    Version version = manifest.version();
    // Of one block the answer that brought it said all there is to know; a request more for each
    // small object would cost as much as the object.
    if (version.blockCount() < 2 || !manifest.startProof()) {
      return;
    }
    if (!habit(version.name().mount()).isWorthAsking() || waiting.get() >= MOST_WAITING) {
      unproved(manifest);
      return;
    }
    waiting.incrementAndGet();
    Thread.ofVirtual().name("proof").start(() -> inTurn(manifest));
  }

  private void inTurn(VersionManifest manifest) {
    try {
      turns.acquire();
      try {
        prove(manifest);
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      unproved(manifest);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private void prove(VersionManifest manifest) {
    Version version = manifest.version();
    ObjectChecksum kept;
    try {
      Origin origin = origins.apply(version.name().mount());
      kept =
          origin == null
              ? null
              : origin.checksum(
                  version.name().key(), version.identity(), System.nanoTime() + DEADLINE.toNanos());
    } catch (OriginException e) {
      log.info("{} is not proved: {}", version, e.getMessage());
      unproved(manifest);
      return;
    }
    habit(version.name().mount()).heard(kept);
    ObjectChecksum computed = kept == null ? null : manifest.computed(kept.kind());
    if (kept == null || computed == null) {
      unproved(manifest);
    } else if (kept.equals(computed)) {
      manifest.proved();
      counters.proved.increment();
      log.debug("{} is proved by the bucket's {}", version, kept);
    } else {
      refuted(manifest, kept, computed);
    }
  }

  private void unproved(VersionManifest manifest) {
    manifest.leaveUnproved();
    counters.unproved.increment();
  }

  private void refuted(VersionManifest manifest, ObjectChecksum kept, ObjectChecksum computed) {
    Version version = manifest.version();
    counters.refuted.increment();
    boolean isFirst = manifest.refuted();
    String what =
        "%s: the bucket keeps %s of it, the blocks fetched here make %s; %s"
            .formatted(
                version,
                kept,
                computed,
                isFirst
                    ? "all of them were dropped, to be fetched again"
                    : "the same after fetching all of them again, so they are kept");
    synchronized (refuted) {
      refuted.removeIf(before -> before.version().equals(version));
      refuted.addLast(new Refuted(version, what));
      if (refuted.size() > MOST_REFUTED) {
        refuted.removeFirst();
      }
    }
    log.error("{} (docs/operate/runbook.md#blockringversionrefuted)", what);
    if (isFirst) {
      counters.dropped.add(everywhere.drop(version));
    }
  }

  private BucketHabit habit(MountId mount) {
    return habits.computeIfAbsent(mount, id -> new BucketHabit());
  }
}
