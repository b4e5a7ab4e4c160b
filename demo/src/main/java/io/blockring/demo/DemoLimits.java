package io.blockring.demo;

import io.blockring.demo.DemoFiles.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of the user's own data the demo reads.
 *
 * @param bytes of all files together; a file that would go over is left out
 */
record DemoLimits(long bytes) {
  /** As many paths as one warm-up takes. */
  static final int FILES = 1_000;

  List<Entry> cut(List<Entry> all, String where) throws IOException {
    List<Entry> taken = new ArrayList<>();
    long left = bytes;
    for (Entry entry : all) {
      if (taken.size() < FILES && entry.size() > 0 && entry.size() <= left) {
        taken.add(entry);
        left -= entry.size();
      }
    }
    if (taken.isEmpty()) {
      throw new IOException(
          where + " has " + all.size() + " files, none between 1 and " + bytes + " bytes to read");
    }
    return taken;
  }
}
