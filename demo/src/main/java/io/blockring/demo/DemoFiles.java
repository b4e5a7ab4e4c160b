package io.blockring.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the demo reads, and how it proves each byte. Safe for many threads. */
interface DemoFiles {

  /**
   * @param key below the mount, without a leading slash
   */
  record Entry(String key, long size) {}

  /** In the order of reading. */
  List<Entry> entries();

  /**
   * Compares what a cache returned with what must be there.
   *
   * @return null when every byte is right
   */
  @Nullable String problem(Entry entry, long offset, ByteBuffer bytes) throws IOException;

  /** Of all entries together. */
  default long bytes() {
    return entries().stream().mapToLong(Entry::size).sum();
  }
}
