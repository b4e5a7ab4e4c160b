package io.blockring.client.peer;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Which peers to leave alone for a while. After a few consecutive failures a peer is paused; when
 * the pause is over one read tries it, and the others go on skipping it until that one has come
 * back. A peer without failures is not remembered, so this holds only the troubled ones. Safe for
 * many threads.
 */
public final class PeerHealth {

  /**
   * @param pausedUntilNanos without meaning while the failures are below the limit
   * @param isTried whether one read has been let through since the pause was over
   */
  private record Trouble(int failures, long pausedUntilNanos, boolean isTried) {}

  private static final long PAUSE_AFTER_SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

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
    long until = now + pauseNanos(trouble.failures);
    return troubled.replace(peer, trouble, new Trouble(trouble.failures, until, true));
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
    if (troubled.containsKey(peer)) {
      troubled.remove(peer);
    }
  }

  /** It did not answer as a peer should. */
  public void failed(PeerAddress peer) {
    long now = nanoTime.getAsLong();
    troubled.compute(
        peer,
        (address, before) -> {
          if (before != null && !before.isTried && isPaused(before, now)) {
            // Sent before the pause began: the same fault, not a new one.
            return before;
          }
          int failures = before == null ? 1 : before.failures + 1;
          return new Trouble(failures, now + pauseNanos(failures), false);
        });
  }

  /** It gave no sign of life: nobody waits for it again until a pause is over. */
  public void silent(PeerAddress peer) {
    silent(peer, 1);
  }

  /** Another of its ports gave no sign of life: this one is not waited for on top of that. */
  public void silentElsewhere(PeerAddress peer) {
    silent(peer, 0);
  }

  private void silent(PeerAddress peer, int more) {
    long now = nanoTime.getAsLong();
    troubled.compute(
        peer,
        (address, before) -> {
          if (before != null && !before.isTried && isPaused(before, now)) {
            return before;
          }
          int failures = Math.max(failuresBeforePause, before == null ? 1 : before.failures + more);
          long pause = Math.max(PAUSE_AFTER_SILENCE_NANOS, pauseNanos(failures));
          return new Trouble(failures, now + pause, false);
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
