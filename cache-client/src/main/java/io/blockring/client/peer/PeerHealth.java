package io.blockring.client.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Which peers to leave alone for a while. After a few consecutive failures, a silence, or when it
 * is much slower than others, a peer is paused; when the pause is over one read tries it, and the
 * others go on skipping it until that one has come back; a slow peer must be quick a few times. A
 * peer without trouble is not remembered, so this holds only the troubled ones. Safe for many
 * threads.
 */
public final class PeerHealth {

  /**
   * A peer that is left alone.
   *
   * @param because for people: what it did, with values and limits
   * @param sinceNanos how long ago the trouble began
   */
  public record LeftAlone(PeerAddress peer, String because, long sinceNanos) {}

  /**
   * @param pausedUntilNanos without meaning while the failures are below the limit
   * @param isTried whether one read has been let through since the pause was over
   * @param isSlow answers, and that alone does not end it
   * @param quickTries of a slow peer, in a row
   */
  private record Trouble(
      int failures,
      long pausedUntilNanos,
      boolean isTried,
      boolean isSlow,
      int quickTries,
      String because,
      long sinceNanos) {

    Trouble tried(long untilNanos) {
      return new Trouble(failures, untilNanos, true, isSlow, quickTries, because, sinceNanos);
    }
  }

  private static final long PAUSE_AFTER_SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

  /** A slow peer is taken back after so many quick answers in a row. */
  private static final int QUICK_TRIES = 3;

  private static final long UNASKED_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long BETWEEN_QUICK_TRIES_NANOS = Duration.ofMillis(300).toNanos();

  /** A slow peer that only ever says that it does not have the block is taken back after this. */
  private static final long SLOW_FOR_NANOS = Duration.ofSeconds(30).toNanos();

  private final ConcurrentMap<PeerAddress, Trouble> troubled = new ConcurrentHashMap<>();
  private final int failuresBeforePause;
  private final long firstPauseNanos;
  private final long longestPauseNanos;
  private final LongSupplier nanoTime;

  public PeerHealth(PeerSettings settings) {
    this(settings, System::nanoTime);
  }

  PeerHealth(PeerSettings settings, LongSupplier nanoTime) {
    this(settings.failuresBeforePause(), settings.firstPause(), settings.longestPause(), nanoTime);
  }

  /**
   * @param failuresBeforePause consecutive ones
   * @param firstPause each further failure doubles it
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public PeerHealth(
      int failuresBeforePause, Duration firstPause, Duration longestPause, LongSupplier nanoTime) {
    this.failuresBeforePause = failuresBeforePause;
    this.firstPauseNanos = firstPause.toNanos();
    this.longestPauseNanos = longestPause.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * Whether this peer may be asked now. Of many callers after a pause one gets true, and the rest
   * are told no for as long as the next pause would be.
   */
  public boolean mayAsk(PeerAddress peer) {
    Trouble trouble = troubled.get(peer);
    if (trouble == null || trouble.failures < failuresBeforePause) {
      return true;
    }
    long now = nanoTime.getAsLong();
    if (trouble.pausedUntilNanos - now > 0) {
      return false;
    }
    return troubled.replace(peer, trouble, trouble.tried(now + pauseNanos(trouble.failures)));
  }

  /** Whether others should be asked first, be it that its pause is over. Uses up no try. */
  public boolean isLeftAlone(PeerAddress peer) {
    // Almost always nothing is known of it; do not take the map's lock for that.
    Trouble trouble = troubled.isEmpty() ? null : troubled.get(peer);
    return trouble != null && trouble.failures >= failuresBeforePause;
  }

  /** Whether it is only slow: asked last, and never refused. */
  boolean isSlow(PeerAddress peer) {
    Trouble trouble = troubled.isEmpty() ? null : troubled.get(peer);
    return trouble != null && trouble.isSlow;
  }

  /** Everyone who is left alone now, but for those whom nobody has wanted to ask for long. */
  public List<LeftAlone> leftAlone() {
    long now = nanoTime.getAsLong();
    List<LeftAlone> all = new ArrayList<>();
    troubled.forEach(
        (peer, trouble) -> {
          if (trouble.failures >= failuresBeforePause
              && now - trouble.pausedUntilNanos < UNASKED_NANOS) {
            all.add(new LeftAlone(peer, trouble.because, now - trouble.sinceNanos));
          }
        });
    return all;
  }

  /** Whether a router should rather ask another peer. Does not use up the one try. */
  public boolean isPaused(PeerAddress peer) {
    Trouble trouble = troubled.get(peer);
    return trouble != null && isPaused(trouble, nanoTime.getAsLong());
  }

  /** Failures of this peer since its last success. */
  public int failures(PeerAddress peer) {
    Trouble trouble = troubled.get(peer);
    return trouble == null ? 0 : trouble.failures;
  }

  /** It answered, whatever it said. */
  public void answered(PeerAddress peer) {
    // Almost always nothing is known of it; do not take the map's lock for that.
    Trouble trouble = troubled.isEmpty() ? null : troubled.get(peer);
    if (trouble != null && !isStillSlow(trouble)) {
      troubled.remove(peer, trouble);
    }
  }

  private boolean isStillSlow(Trouble trouble) {
    return trouble.isSlow && nanoTime.getAsLong() - trouble.sinceNanos < SLOW_FOR_NANOS;
  }

  /** It gave bytes that it had without keeping anybody waiting. */
  void wasQuick(PeerAddress peer) {
    Trouble trouble = troubled.isEmpty() ? null : troubled.get(peer);
    if (trouble == null || !trouble.isSlow || !trouble.isTried) {
      return; // Only a try counts: what was asked for before it may come from anywhere.
    }
    long until = nanoTime.getAsLong() + BETWEEN_QUICK_TRIES_NANOS;
    Trouble better =
        new Trouble(
            trouble.failures,
            until,
            false,
            true,
            trouble.quickTries + 1,
            trouble.because,
            trouble.sinceNanos);
    if (better.quickTries == QUICK_TRIES) {
      troubled.remove(peer, trouble);
    } else {
      troubled.replace(peer, trouble, better);
    }
  }

  /** It did not answer as a peer should. */
  public void failed(PeerAddress peer) {
    failed(peer, "it failed");
  }

  /**
   * It did not answer as a peer should.
   *
   * @param what it did, for people
   */
  public void failed(PeerAddress peer, String what) {
    troubled(peer, 1, 0, false, what);
  }

  /** It gave no sign of life: nobody waits for it again until a pause is over. */
  public void silent(PeerAddress peer) {
    silent(peer, "no sign of life");
  }

  /**
   * It gave no sign of life.
   *
   * @param what was waited for, for people
   */
  void silent(PeerAddress peer, String what) {
    troubled(peer, 1, failuresBeforePause, false, what);
  }

  /** Another of its ports gave no sign of life: this one is not waited for on top of that. */
  public void silentElsewhere(PeerAddress peer) {
    troubled(peer, 0, failuresBeforePause, false, "no sign of life from another of its ports");
  }

  /**
   * It keeps readers waiting for bytes that it has, much longer than others do.
   *
   * @param what it does, for people
   */
  void slow(PeerAddress peer, String what) {
    troubled(peer, 1, failuresBeforePause, true, what);
  }

  /**
   * @param more failures
   * @param atLeast so many failures it counts for; with the limit it is paused for a second at
   *     least
   */
  private void troubled(PeerAddress peer, int more, int atLeast, boolean isSlow, String what) {
    long now = nanoTime.getAsLong();
    troubled.compute(
        peer,
        (address, before) -> {
          if (before != null && !before.isTried && isPaused(before, now)) {
            // Sent before the pause began: the same fault, not a new one.
            return before;
          }
          int failures = Math.max(atLeast, before == null ? 1 : before.failures + more);
          long least = atLeast == 0 ? 0 : PAUSE_AFTER_SILENCE_NANOS;
          long pause = Math.max(least, pauseNanos(failures));
          long since = before == null ? now : before.sinceNanos;
          return new Trouble(failures, now + pause, false, isSlow, 0, what, since);
        });
  }

  private boolean isPaused(Trouble trouble, long now) {
    return trouble.failures >= failuresBeforePause && trouble.pausedUntilNanos - now > 0;
  }

  private long pauseNanos(int failures) {
    int doublings = Math.max(0, failures - failuresBeforePause);
    return doublings > 20
        ? longestPauseNanos
        : Math.min(longestPauseNanos, firstPauseNanos << doublings);
  }
}
