package io.blockring.benchmarks.eviction;

/**
 * What a cache did with a trace.
 *
 * @param hitPercent of the reads
 * @param byteHitPercent of the bytes read
 * @param writtenBytes brought in
 */
record Outcome(double hitPercent, double byteHitPercent, long writtenBytes) {

  static Outcome of(Trace trace, Cache cache) {
    Tally tally = new Tally();
    for (int block : trace.reads()) {
      tally.count(trace.bytes()[block], cache.isHit(block), true);
    }
    return tally.outcome();
  }

  /** Adds up reads. */
  static final class Tally {
    private long reads;
    private long bytes;
    private long hits;
    private long hitBytes;
    private long writtenBytes;

    void count(int blockBytes, boolean isHit, boolean isKept) {
      reads++;
      bytes += blockBytes;
      hits += isHit ? 1 : 0;
      hitBytes += isHit ? blockBytes : 0;
      writtenBytes += !isHit && isKept ? blockBytes : 0;
    }

    Outcome outcome() {
      return new Outcome(100.0 * hits / reads, 100.0 * hitBytes / bytes, writtenBytes);
    }
  }
}
