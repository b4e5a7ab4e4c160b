package io.blockring.client.peer;

import io.blockring.client.ladder.Answer;
import io.blockring.client.origin.OriginException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A refusal with what is known about it; the same in a reply's head and in the frame that ends a
 * filling reply early.
 *
 * @param message for people: what happened, to what, with values and limits
 * @param retryAfter zero when nothing is said
 * @param origin with {@link Refusal#ORIGIN_TROUBLE} only
 */
public record Trouble(
    Refusal refusal, String message, Duration retryAfter, OriginException.@Nullable Kind origin) {

  public Trouble {
    if ((origin != null) != (refusal == Refusal.ORIGIN_TROUBLE)) {
      throw new IllegalArgumentException(refusal + " with an origin's kind of trouble: " + origin);
    }
  }

  public Trouble(Refusal refusal, String message) {
    this(refusal, message, Duration.ZERO, null);
  }

  /**
   * What a source's no is called on the wire.
   *
   * @throws IllegalArgumentException when it is a yes
   */
  public static Trouble of(Answer no) {
    return switch (no) {
      case Answer.Complete complete ->
          throw new IllegalArgumentException("a complete answer is no trouble");
      case Answer.Absent(String reason) -> new Trouble(Refusal.ABSENT, reason);
      case Answer.Failed(String reason) -> new Trouble(Refusal.FAILED, reason);
      case Answer.Changed(String reason) -> new Trouble(Refusal.CHANGED, reason);
      case Answer.Busy(String reason, Duration retryAfter) ->
          new Trouble(Refusal.BUSY, reason, retryAfter, null);
      case Answer.OriginTrouble(OriginException.Kind kind, String reason, Duration retryAfter) ->
          new Trouble(Refusal.ORIGIN_TROUBLE, reason, retryAfter, kind);
    };
  }

  /** What this means to the reader who asked. */
  Answer toAnswer(PeerAddress peer) {
    String reason = peer + ": " + message;
    return switch (refusal) {
      case ABSENT, UNKNOWN_MOUNT -> new Answer.Absent(reason);
      case CHANGED -> new Answer.Changed(reason);
      case BUSY -> new Answer.Busy(reason, retryAfter);
      case ORIGIN_TROUBLE ->
          new Answer.OriginTrouble(
              origin == null ? OriginException.Kind.UNAVAILABLE : origin, reason, retryAfter);
      case FAILED,
          LAGGED,
          UNAUTHORISED,
          DEADLINE,
          MALFORMED,
          MISALIGNED,
          UNKNOWN_PATH,
          METHOD,
          HEAD_TIMEOUT,
          OUT_OF_RANGE,
          HEAD_TOO_LARGE,
          HTTP_VERSION ->
          new Answer.Failed(peer + " said " + refusal.label() + ": " + message);
    };
  }

  /** The payload of a frame, with the message cut so that it has at most this many bytes. */
  public byte[] toFrame(int maxBytes) {
    String text =
        refusal.label()
            + " "
            + (origin == null ? "-" : origin)
            + " "
            + retryAfter.toMillis()
            + "\n"
            + message;
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= maxBytes ? bytes : Arrays.copyOf(bytes, maxBytes);
  }

  /**
   * Reads what {@link #toFrame} wrote.
   *
   * @throws IllegalArgumentException when it is nothing of the kind
   */
  static Trouble ofFrame(byte[] payload) {
    String text = new String(payload, StandardCharsets.UTF_8);
    int lineEnd = text.indexOf('\n');
    String[] words = text.substring(0, Math.max(0, lineEnd)).split(" ", -1);
    Refusal refusal = Refusal.of(words[0]);
    if (refusal == null || words.length != 3 || !HttpHead.isDigits(words[2])) {
      throw new IllegalArgumentException("not a trouble: '" + text + "'");
    }
    return new Trouble(
        refusal,
        text.substring(lineEnd + 1),
        Duration.ofMillis(Long.parseLong(words[2])),
        words[1].equals("-") ? null : OriginException.Kind.valueOf(words[1]));
  }
}
