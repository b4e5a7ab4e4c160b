package io.blockring.client.object;

import io.blockring.client.OpenObject;
import io.blockring.client.Outcome;
import io.blockring.client.ReadException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Opens many keys side by side. Each is a call to its resolver of its own, so this saves waiting,
 * and neither side's work.
 */
public final class ManyOpens {
  /** Opens at a time: a node runs some hundred calls at once, and others call too. */
  private static final int MOST = 32;

  private ManyOpens() {}

  /** Opens one. */
  @FunctionalInterface
  public interface Opener<T> {
    OpenObject open(T key) throws ReadException;
  }

  /** What became of each, in the same order. */
  public static <T> List<Outcome<OpenObject>> open(List<T> keys, String traceId, Opener<T> opener) {
    List<Outcome<OpenObject>> outcomes = new ArrayList<>();
    for (T key : keys) {
      outcomes.add(
          new Outcome.Refused<>(
              new ReadException(ReadException.Kind.UNAVAILABLE, key + " was not opened")));
    }
    SideBySide.each(
        IntStream.range(0, keys.size()).boxed().toList(),
        MOST,
        "open-" + traceId,
        // Each writes into a place of its own.
        i -> outcomes.set(i, open(keys.get(i), opener)));
    return outcomes;
  }

  private static <T> Outcome<OpenObject> open(T key, Opener<T> opener) {
    try {
      return new Outcome.Got<>(opener.open(key));
    } catch (ReadException e) {
      return new Outcome.Refused<>(e);
    } catch (RuntimeException e) {
      return new Outcome.Refused<>(
          new ReadException(
              ReadException.Kind.UNAVAILABLE, key + " was not opened: " + e, Duration.ZERO, e));
    }
  }
}
