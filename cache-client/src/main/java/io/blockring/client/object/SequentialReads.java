package io.blockring.client.object;

import io.blockring.client.namespace.Digest;
import io.blockring.client.namespace.Version;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Readers that go through an object in separate reads, each from where the one before ended:
 * recognised by that alone, whoever asks and over whichever connection. Says which blocks such a
 * reader comes to next. Safe for many threads.
 */
final class SequentialReads {
  /** Places where reads ended that are remembered; random reads push each other out. */
  private static final int MOST_PLACES = 4_096;

  /** A header and what it points to are two; nobody knows what comes then. */
  private static final int LEAST_READS = 3;

  private record Place(Digest version, long offset) {}

  /**
   * What was read up to a place without a gap.
   *
   * @param next the first block that was not named yet
   */
  private record Run(int reads, long bytes, int next) {}

  /** Blocks from the first up to, not including, the end. */
  record Coming(int first, int end) {
    static final Coming NONE = new Coming(0, 0);
  }

  private final int aheadBlocks;
  // Guarded by itself.
  private final Map<Place, Run> runs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Run> eldest) {
          return size() > MOST_PLACES;
        }
      };

  /**
   * @param aheadBlocks how far it looks beyond the block in which a read ends; half a block read
   *     without a gap earns one
   */
  SequentialReads(int aheadBlocks) {
    this.aheadBlocks = aheadBlocks;
  }

  /** Notes a read that begins now, and names the blocks to be fetched ahead; each once. */
  Coming begins(Version version, long offset, long length) {
    long end = offset + length;
    int last = (int) ((end - 1) / version.blockBytes());
    synchronized (runs) {
      Run before = runs.remove(new Place(version.digest(), offset));
      int reads = before == null ? 1 : before.reads() + 1;
      long bytes = length + (before == null ? 0 : before.bytes());
      int first = Math.max(last + 1, before == null ? 0 : before.next());
      long ahead =
          reads < LEAST_READS ? 0 : Math.min(aheadBlocks, 2 * bytes / version.blockBytes());
      int stop = (int) Math.min(version.blockCount(), last + 1 + ahead);
      if (end < version.size()) {
        runs.put(new Place(version.digest(), end), new Run(reads, bytes, Math.max(first, stop)));
      }
      return first < stop ? new Coming(first, stop) : Coming.NONE;
    }
  }
}
