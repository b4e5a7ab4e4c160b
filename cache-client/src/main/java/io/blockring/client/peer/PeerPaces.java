package io.blockring.client.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * How long each peer lets readers wait for bytes that it has, and who stands out among them. Only
 * resident replies count: what a bucket takes says nothing about a peer. Nobody is slow by itself,
 * only beside others, so a cluster that is busy all over stays in use. Safe for many threads.
 */
final class PeerPaces {
  /**
   * A first byte that comes sooner is never late. To leave an owner costs the bucket a request for
   * what only that one has, so it must be worse than a bucket, not than a busy host.
   */
  static final Duration ALWAYS_IN_TIME = Duration.ofMillis(150);

  /** Nobody looks aside sooner: by then the owner of a block that is being filled has said so. */
  static final Duration LEAST_PATIENCE = Duration.ofMillis(BlockWire.FIRST_SIGN_MILLIS + 10);

  /** Bytes behind the first may take so long, whatever others take. */
  private static final Duration ALWAYS_QUICK = Duration.ofMillis(400);

  /** Bytes that come faster are never too slow, whatever others do: 1 MB/s for one reader. */
  private static final double ALWAYS_FAST_NANOS_PER_BYTE = 1_000;

  /** Slow is who takes so many times as long to the first byte as others do. */
  private static final double LATE = 4;

  /** Slow is who takes so many times as long for each byte behind the first. */
  private static final double SLUGGISH = 10;

  /** Of so many bytes or more it can be said what one takes. */
  private static final int LEAST_BYTES = 16 * 1024;

  private static final int LEAST_SAMPLES = 4;
  private static final int MOST_OTHERS = 16;
  private static final long MUST_LAST_NANOS = Duration.ofMillis(500).toNanos();
  private static final long COMPARED_NANOS = Duration.ofMillis(100).toNanos();
  private static final long FORGOTTEN_NANOS = Duration.ofSeconds(30).toNanos();
  private static final double NEWEST = 1.0 / 8;

  /** What is usual, in nanoseconds; 0 where it is not known. */
  record Usual(double firstByte, double perByte) {
    static final Usual UNKNOWN = new Usual(0, 0);

    boolean isLate(double firstNanos) {
      return firstByte > 0 && firstNanos > Math.max(ALWAYS_IN_TIME.toNanos(), LATE * firstByte);
    }

    boolean isSluggish(double nanosPerByte) {
      return perByte > 0 && nanosPerByte > Math.max(ALWAYS_FAST_NANOS_PER_BYTE, SLUGGISH * perByte);
    }

    /** Whether so many bytes behind the first took too long. */
    boolean isTooSlow(long nanos, int bytes) {
      return perByte > 0
          && nanos
              > ALWAYS_QUICK.toNanos()
                  + Math.max(ALWAYS_FAST_NANOS_PER_BYTE, SLUGGISH * perByte) * bytes;
    }

    @Override
    public String toString() {
      double megabytesPerSecond = perByte == 0 ? 0 : 1_000 / perByte;
      return "%.0f ms to the first byte, %.1f MB/s behind it"
          .formatted(firstByte / 1e6, megabytesPerSecond);
    }
  }

  /** One peer's. Changed under its lock; what others read of it may be a moment old. */
  private static final class Pace {
    private volatile Usual own = Usual.UNKNOWN;
    private volatile Usual others = Usual.UNKNOWN;
    private volatile double deviation;
    private volatile long lastNanos;
    private long comparedNanos;
    private int slowSamples;
    private long slowSinceNanos;

    /** Whether it has looked slow beside the others for long enough to be believed. */
    synchronized boolean isSlowAfter(long firstNanos, long restNanos, int bytes, long now) {
      Usual before = own;
      double first = before.firstByte();
      double perByte = before.perByte();
      double away = first == 0 ? firstNanos / 2.0 : Math.abs(firstNanos - first);
      deviation = first == 0 ? away : mixed(deviation, away);
      if (bytes >= LEAST_BYTES) {
        perByte = mixed(perByte, (double) restNanos / bytes);
      }
      own = new Usual(mixed(first, firstNanos), perByte);
      lastNanos = now;
      if (!others.isLate(own.firstByte()) && !others.isSluggish(own.perByte())) {
        slowSamples = 0;
        return false;
      }
      if (slowSamples++ == 0) {
        slowSinceNanos = now;
      }
      return slowSamples >= LEAST_SAMPLES && now - slowSinceNanos >= MUST_LAST_NANOS;
    }

    private static double mixed(double before, double newest) {
      return before == 0 ? newest : before + (newest - before) * NEWEST;
    }

    synchronized boolean mustCompare(long now) {
      boolean must = others == Usual.UNKNOWN || now - comparedNanos > COMPARED_NANOS;
      comparedNanos = must ? now : comparedNanos;
      return must;
    }

    synchronized void startAgain() {
      own = Usual.UNKNOWN;
      slowSamples = 0;
    }
  }

  private final ConcurrentMap<PeerAddress, Pace> paces = new ConcurrentHashMap<>();
  private final PeerHealth health;
  private final LongSupplier nanoTime;

  PeerPaces(PeerHealth health, LongSupplier nanoTime) {
    this.health = health;
    this.nanoTime = nanoTime;
  }

  /**
   * A reader got bytes that the peer had, or no longer waits for them.
   *
   * @param firstNanos it waited for the first byte
   * @param restNanos it waited for those behind it
   * @param bytes behind the first
   */
  void waited(PeerAddress peer, long firstNanos, long restNanos, int bytes) {
    long now = nanoTime.getAsLong();
    Pace pace = paces.computeIfAbsent(peer, unknown -> new Pace());
    if (pace.mustCompare(now)) {
      pace.others = usualOfOthers(peer, now);
    }
    Usual others = pace.others;
    if (health.isLeftAlone(peer)) {
      judgeTry(peer, others, firstNanos, restNanos, bytes);
    } else if (pace.isSlowAfter(firstNanos, restNanos, bytes, now)) {
      health.slow(peer, "slow: " + pace.own + "; others " + others);
      pace.startAgain();
    }
  }

  /** Each by itself: what was usual while it was slow says nothing about now. */
  private void judgeTry(
      PeerAddress peer, Usual others, long firstNanos, long restNanos, int bytes) {
    if (others.isLate(firstNanos) || others.isTooSlow(restNanos, bytes)) {
      health.slow(
          peer, "slow: still %d ms for a try".formatted((firstNanos + restNanos) / 1_000_000));
    } else {
      health.wasQuick(peer);
    }
  }

  /** A reader broke off because the bytes behind the first came too slowly. */
  void brokeOff(PeerAddress peer, long firstNanos, long restNanos, int bytes) {
    waited(peer, firstNanos, restNanos, Math.max(bytes, LEAST_BYTES));
  }

  /** How long to wait for a first byte before others are asked whether they have the block. */
  long patienceNanos(PeerAddress peer) {
    Pace pace = paces.get(peer);
    long usual = pace == null ? 0 : (long) (pace.own.firstByte() + 4 * pace.deviation);
    return Math.max(LEAST_PATIENCE.toNanos(), usual);
  }

  /** What is usual beside this peer. */
  Usual others(PeerAddress peer) {
    Pace pace = paces.get(peer);
    return pace == null ? Usual.UNKNOWN : pace.others;
  }

  /** The median of some who were read from lately. */
  private Usual usualOfOthers(PeerAddress peer, long now) {
    List<Double> firstBytes = new ArrayList<>();
    List<Double> perBytes = new ArrayList<>();
    paces.forEach(
        (other, pace) -> {
          Usual usual = pace.own;
          if (other.equals(peer)
              || firstBytes.size() == MOST_OTHERS
              || usual.firstByte() == 0
              || now - pace.lastNanos > FORGOTTEN_NANOS) {
            return;
          }
          firstBytes.add(usual.firstByte());
          if (usual.perByte() > 0) {
            perBytes.add(usual.perByte());
          }
        });
    return new Usual(upperMedian(firstBytes), upperMedian(perBytes));
  }

  /** Of an even number the larger one: nobody is slow who is like half of the others. */
  private static double upperMedian(List<Double> values) {
    values.sort(null);
    return values.isEmpty() ? 0 : values.get(values.size() / 2);
  }
}
