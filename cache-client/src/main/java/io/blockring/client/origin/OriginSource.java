package io.blockring.client.origin;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import java.io.IOException;
import java.time.Duration;

/** An origin as a rung: ranges of one exact version, streamed as they arrive. */
public final class OriginSource implements BlockSource {
  // Small enough that followers see progress, large enough that it costs nothing.
  private static final int STEP_BYTES = 256 * 1024;

  private final Origin origin;
  private final Rung rung;

  /**
   * @param rung {@link Rung#ORIGIN}, or {@link Rung#SOURCE_REGION} for the bucket behind it
   */
  public OriginSource(Origin origin, Rung rung) {
    this.origin = origin;
    this.rung = rung;
  }

  @Override
  public Answer read(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    long offset = (long) range.blockIndex() * range.version().blockBytes() + range.offset();
    try (Origin.Body body =
        origin
            .askedFor(scope.forWhom())
            .getRange(
                range.version().name().key(),
                range.version().identity(),
                range.version().size(),
                offset,
                range.length(),
                scope.deadlineNanos())) {
      return pour(body, range.length(), sink, rung);
    } catch (OriginException e) {
      return answer(e);
    }
  }

  /**
   * Moves a body's first {@code length} bytes into a sink.
   *
   * @return complete, or why the body ended early
   */
  public static Answer pour(Origin.Body body, int length, ByteSink sink, Rung rung)
      throws IOException {
    try {
      int left = length;
      while (left > 0) {
        int count = body.read(sink.claim(Math.min(left, STEP_BYTES)));
        if (count < 0) {
          return new Answer.OriginTrouble(
              OriginException.Kind.UNAVAILABLE,
              "body ended " + left + " bytes early of " + length,
              Duration.ZERO);
        }
        sink.commit(count, rung);
        left -= count;
      }
      return new Answer.Complete();
    } catch (OriginException e) {
      return answer(e);
    }
  }

  /** What an origin's refusal means to a reader of one version. */
  public static Answer answer(OriginException e) {
    String reason = e.getMessage() == null ? e.kind().toString() : e.getMessage();
    return switch (e.kind()) {
      case NOT_FOUND, CHANGED -> new Answer.Changed(reason);
      case NO_BUCKET, DENIED, THROTTLED, UNAVAILABLE, BROKEN ->
          new Answer.OriginTrouble(e.kind(), reason, e.retryAfter());
    };
  }
}
