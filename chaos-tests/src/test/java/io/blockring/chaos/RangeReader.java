package io.blockring.chaos;

import io.blockring.demo.SampleFile;
import org.jspecify.annotations.Nullable;

/** One way into the cluster. Proves every byte that comes. Safe for many threads. */
interface RangeReader extends AutoCloseable {

  /**
   * Reads {@code length} bytes from {@code offset}; what is wrong or breaks goes into findings.
   *
   * @return null when it ended well, else the kind of error, few words without numbers of its own
   */
  @Nullable String read(SampleFile file, long offset, int length);

  /** What was met so far. */
  Findings findings();

  @Override
  void close();
}
