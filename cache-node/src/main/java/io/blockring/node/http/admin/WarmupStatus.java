package io.blockring.node.http.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one warm-up is.
 *
 * @param node runs it and alone knows it
 * @param isListed totals are final; before, they still grow
 * @param startedEpochMillis wall clock
 * @param elapsedMillis until now, or until it ended
 * @param bytesPerSecond fetched, over the last seconds; 0 when it has ended
 * @param etaMillis null when nobody can say
 * @param failures how many in all
 * @param firstFailures at most {@link AdminLimits#MAX_FAILURES_SHOWN}
 */
public record WarmupStatus(
    String id,
    String node,
    List<String> paths,
    State state,
    boolean isListed,
    long startedEpochMillis,
    long elapsedMillis,
    Amount objects,
    Amount blocks,
    Amount bytes,
    long bytesPerSecond,
    @Nullable Long etaMillis,
    long failures,
    List<Failure> firstFailures) {

  /** Only the first three go on. */
  public enum State {
    LISTING,
    FETCHING,
    /** Everything was fetched; owners are asked whether they still have it. */
    VERIFYING,
    /** Every block was resident on its owner when asked. */
    VERIFIED,
    /** Ended, and something is missing: see the failures. */
    INCOMPLETE,
    /** The owners have no room for all of it. */
    DOES_NOT_FIT,
    /** Objects were overwritten meanwhile: the rest is resident, these are not. */
    CHANGED,
    CANCELLED;

    public boolean isEnd() {
      return compareTo(VERIFYING) > 0;
    }
  }

  /**
   * Objects, blocks or bytes.
   *
   * @param resident proved to be there, whoever brought them in
   * @param fetched brought in by this warm-up
   */
  public record Amount(long total, long resident, long fetched, long failed) {}

  /** Something that could not be brought in. */
  public record Failure(String path, String reason) {}
}
