package io.blockring.client.ladder;

import io.blockring.client.origin.OriginException;
import java.time.Duration;

/**
 * What a source says about one range. A fault of the cache is a kind of "no", never an exception.
 */
public sealed interface Answer {

  /** Every byte was committed. */
  record Complete() implements Answer {}

  /** It does not have the block; nothing was committed. */
  record Absent(String reason) implements Answer {}

  /**
   * It failed. What was committed before stands; the next source goes on at the first missing byte.
   *
   * @param reason for people: what happened, to what, with values and limits
   */
  record Failed(String reason) implements Answer {}

  /**
   * The bucket no longer has this version: overwritten or deleted. Final for this read, because no
   * mix of versions may ever be answered; the reader may open the key again.
   */
  record Changed(String reason) implements Answer {}

  /**
   * The source is well but will not take this now: too much in flight. Final, because asking
   * elsewhere would only move the load and fill the block twice.
   */
  record Busy(String reason, Duration retryAfter) implements Answer {}

  /**
   * The bucket was asked and did not deliver. Final when an owner says it: another owner would only
   * ask the bucket again. On the block port this is status 424, with the kind in a header.
   */
  record OriginTrouble(OriginException.Kind kind, String reason, Duration retryAfter)
      implements Answer {}
}
