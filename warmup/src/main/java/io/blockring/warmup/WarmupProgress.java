package io.blockring.warmup;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a warm-up is.
 *
 * @param isListed totals are final; before, they still grow
 * @param gone objects that were listed and deleted before they could be opened
 * @param changed objects that turned out to have another version while they were brought in
 * @param bytesPerSecond fetched, over the last seconds; 0 when it has ended
 * @param eta null when nobody can say
 * @param problemCount how many problems in all
 * @param problems the first of them
 */
public record WarmupProgress(
    State state,
    boolean isListed,
    Duration elapsed,
    Amount objects,
    Amount blocks,
    Amount bytes,
    long gone,
    long changed,
    long bytesPerSecond,
    @Nullable Duration eta,
    long problemCount,
    List<Problem> problems) {

  /** Only the first three go on. */
  public enum State {
    LISTING,
    FETCHING,
    /** Everything was asked for; owners are asked whether they have it. */
    VERIFYING,
    /** Every block of every current version was with its owner when asked. */
    VERIFIED,
    /** No object has any of these paths. */
    NOTHING_FOUND,
    /** Ended, and something is missing or not proved: see the problems. */
    INCOMPLETE,
    /** Owners have no space for all of it. */
    DOES_NOT_FIT,
    /** Objects kept being overwritten: the rest is resident, these are not. */
    CHANGED,
    CANCELLED;

    public boolean isEnd() {
      return compareTo(VERIFYING) > 0;
    }
  }

  /**
   * Objects, blocks or bytes, of the versions that are current as far as is known.
   *
   * @param residentBefore were there when first asked for
   * @param fetched brought in since
   * @param failed given up
   * @param verified found by the last check, whoever brought them in
   */
  public record Amount(long total, long residentBefore, long fetched, long failed, long verified) {}

  /** Something that could not be brought in, listed or proved. */
  public record Problem(String path, String reason) {}
}
