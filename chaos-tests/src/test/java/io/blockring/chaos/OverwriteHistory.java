package io.blockring.chaos;

import io.blockring.demo.SampleFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which version of a file was in the bucket when, and whether responses agree. Safe for many
 * threads.
 */
final class OverwriteHistory {
  private static final int HEAD_BYTES = 64;

  /**
   * One version.
   *
   * @param replacedNanos when its successor was there for good; {@link Long#MAX_VALUE} for the last
   */
  private record Era(SampleFile file, AtomicLong replacedNanos) {}

  private final List<Era> eras = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  private final Set<Integer> seen = ConcurrentHashMap.newKeySet();
  private final AtomicLong oldestAnswerNanos = new AtomicLong();

  OverwriteHistory(SampleFile first) {
    eras.add(new Era(first, new AtomicLong(Long.MAX_VALUE)));
  }

  /** An overwrite starts: from now on both may be seen. */
  void begins(SampleFile next) {
    eras.add(new Era(next, new AtomicLong(Long.MAX_VALUE)));
  }

  /** It has ended. */
  void ended(SampleFile next) {
    eras.get(next.version() - 2).replacedNanos().set(System.nanoTime());
  }

  /** Looks at one response that was asked for at {@code askedNanos}. */
  void check(long offset, ByteBuffer bytes, int length, long askedNanos, Duration freshness) {
    if (bytes.remaining() != length) {
      problem(length + " bytes asked, a response ended well with " + bytes.remaining());
      return;
    }
    Era era = eraOf(offset, bytes.slice(0, Math.min(HEAD_BYTES, length)));
    if (era == null) {
      problem("bytes at " + offset + " are of no version");
      return;
    }
    int at = era.file().firstDifference(offset, bytes);
    if (at >= 0) {
      problem("a mix: version " + era.file().version() + " up to byte " + (offset + at));
    }
    seen.add(era.file().version());
    long replaced = era.replacedNanos().get();
    if (replaced != Long.MAX_VALUE && askedNanos > replaced) {
      long age = askedNanos - replaced;
      oldestAnswerNanos.accumulateAndGet(age, Math::max);
      if (age > freshness.toNanos()) {
        problem(
            "version %d answered a read that began %d ms after it was replaced"
                .formatted(era.file().version(), age / 1_000_000));
      }
    }
  }

  void problem(String problem) {
    problems.add(problem);
  }

  List<String> problems() {
    return new ArrayList<>(problems);
  }

  boolean hasSeen(int version) {
    return seen.contains(version);
  }

  int versionsSeen() {
    return seen.size();
  }

  long oldestAnswerMillis() {
    return oldestAnswerNanos.get() / 1_000_000;
  }

  private @Nullable Era eraOf(long offset, ByteBuffer head) {
    for (Era era : eras.reversed()) {
      if (era.file().firstDifference(offset, head) < 0) {
        return era;
      }
    }
    return null;
  }
}
