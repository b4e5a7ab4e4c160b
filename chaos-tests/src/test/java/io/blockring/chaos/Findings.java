package io.blockring.chaos;

import io.blockring.demo.SampleFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What one kind of reader met: how much it read, wrong bytes, errors. Safe for many threads. */
final class Findings {
  private static final int KEPT = 10;

  private final String reader;
  private final LongAdder reads = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final List<String> wrong = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private int wrongCount;
  private int errorCount;

  /**
   * @param reader as in "S3 readers of node-1"
   */
  Findings(String reader) {
    this.reader = reader;
  }

  /** Compares what came with what the file has there. */
  void check(SampleFile file, long offset, ByteBuffer came) {
    bytes.add(came.remaining());
    if (offset + came.remaining() > file.size()) {
      wrong(file + ": more bytes than it has came at " + offset);
      return;
    }
    int at = file.firstDifference(offset, came);
    if (at >= 0) {
      wrong(file + ": byte " + (offset + at) + " is wrong");
    }
  }

  /** A read ended well. */
  void ended() {
    reads.increment();
  }

  synchronized void wrong(String what) {
    if (wrongCount++ < KEPT) {
      wrong.add(what);
    }
  }

  synchronized void error(String what) {
    if (errorCount++ < KEPT) {
      errors.add(what);
    }
  }

  /** Reads that ended well. */
  long reads() {
    return reads.sum();
  }

  long bytes() {
    return bytes.sum();
  }

  /** The first ones. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** The first ones; how many there are in all is {@link #errorCount}. */
  synchronized List<String> errors() {
    return List.copyOf(errors);
  }

  synchronized int wrongCount() {
    return wrongCount;
  }

  synchronized int errorCount() {
    return errorCount;
  }

  @Override
  public synchronized String toString() {
    return "%s: %,d reads, %,d bytes, %d wrong, %d errors%s"
        .formatted(
            reader,
            reads(),
            bytes(),
            wrongCount,
            errorCount,
            errors.isEmpty() ? "" : ", first: " + errors.getFirst());
  }
}
