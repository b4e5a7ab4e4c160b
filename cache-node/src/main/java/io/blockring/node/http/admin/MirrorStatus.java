package io.blockring.node.http.admin;

import org.jspecify.annotations.Nullable;

/**
 * One mount with a source region behind it. What the replicator does the whole cluster knows; how
 * the buckets answer is the answering node's own view.
 *
 * @param origin its own bucket; empty when it has none
 * @param node replicates; empty when nobody does
 * @param lag null before the first comparison of both buckets
 * @param rateBytesPerSecond the limit
 * @param trouble what went wrong last; empty when nothing did
 * @param comparedEpochMillis when both buckets were last compared to the end; 0: never
 * @param staleAnswers versions that this node named without the source
 */
public record MirrorStatus(
    String mount,
    String source,
    String origin,
    String node,
    State state,
    @Nullable Lag lag,
    Amount copied,
    long failedCopies,
    long bytesPerSecond,
    long rateBytesPerSecond,
    long comparedEpochMillis,
    String trouble,
    Bucket originState,
    Bucket sourceState,
    long staleAnswers) {

  /** What the replicator does. */
  public enum State {
    /** Switched off, or there is no bucket of its own to copy to. */
    OFF,
    STARTING,
    COMPARING,
    COPYING,
    /** The last run ended; the next begins after the interval. */
    WAITING,
    /** A bucket could not be listed. */
    UNREACHABLE
  }

  /** How a bucket answers. */
  public enum Bucket {
    ANSWERS,
    /** It failed, and is probed now and then. */
    LEFT_ALONE,
    /** There is none. */
    NONE
  }

  /**
   * What the source has and the own bucket has no current copy of.
   *
   * @param seconds age of the oldest of those objects
   */
  public record Lag(long objects, long bytes, long seconds) {}

  /** Since the replicator of now started. */
  public record Amount(long objects, long bytes) {}
}
