package io.blockring.demo;

import java.time.Duration;

/** What goes wrong with one request to the bucket. */
public sealed interface OriginFault {
  /** Nothing. */
  OriginFault NONE = new Delay(Duration.ZERO);

  /** The bucket answers this status at once, with no body; 503 is what throttling looks like. */
  record Refuse(int status) implements OriginFault {}

  /** The answer starts later; it is right. */
  record Delay(Duration time) implements OriginFault {}

  /** No answer, ever; the connection stays open. */
  record Hang() implements OriginFault {}

  /**
   * The body ends after this many bytes.
   *
   * @param isReset by a TCP reset instead of an orderly close
   */
  record Cut(long bodyBytes, boolean isReset) implements OriginFault {}

  /** The head and this many bytes of the body arrive, then nothing more; still open. */
  record Stall(long bodyBytes) implements OriginFault {}

  /**
   * The body comes at this rate; it is right.
   *
   * @param onFirstByte told just before its first byte leaves
   */
  record Slow(long bytesPerSecond, Runnable onFirstByte) implements OriginFault {}

  /** The lowest bit of one byte of the body is turned over. */
  record Flip(long bodyOffset) implements OriginFault {}
}
