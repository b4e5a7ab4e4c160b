package io.blockring.node.figures;

/**
 * A node's counters at one moment, since its process started. Bytes to readers are by the deepest
 * rung of their read; warm-up, handoff and repair never count.
 *
 * @param atMillis on a clock that only the owner of the samples knows
 * @param readerOriginBytes from origins and source regions because a reader waited
 */
public record Sample(
    long atMillis,
    long memoryBytes,
    long ssdBytes,
    long peerBytes,
    long originBytes,
    long sourceRegionBytes,
    long readerOriginBytes,
    long storeBlocks,
    long storeBytes,
    long storeBudgetBytes) {

  /** A process that has just started. */
  static Sample empty(long atMillis) {
    return new Sample(atMillis, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  public long deliveredBytes() {
    return memoryBytes + ssdBytes + peerBytes + originBytes + sourceRegionBytes;
  }

  /** The same counters, said to be of another moment or by another clock. */
  Sample at(long millis) {
    return new Sample(
        millis,
        memoryBytes,
        ssdBytes,
        peerBytes,
        originBytes,
        sourceRegionBytes,
        readerOriginBytes,
        storeBlocks,
        storeBytes,
        storeBudgetBytes);
  }

  /** Both nodes together, as of this one's moment. */
  public Sample plus(Sample other) {
    return combined(other, Long::sum);
  }

  /** What was counted since an earlier sample; the store's figures are as they are now. */
  Sample since(Sample earlier) {
    return new Sample(
        atMillis,
        memoryBytes - earlier.memoryBytes,
        ssdBytes - earlier.ssdBytes,
        peerBytes - earlier.peerBytes,
        originBytes - earlier.originBytes,
        sourceRegionBytes - earlier.sourceRegionBytes,
        readerOriginBytes - earlier.readerOriginBytes,
        storeBlocks,
        storeBytes,
        storeBudgetBytes);
  }

  /** Where the counters were at a moment between this and a later sample, if they grew evenly. */
  Sample towards(Sample later, long millis) {
    double part = (double) (millis - atMillis) / (later.atMillis - atMillis);
    return combined(later, (from, to) -> from + Math.round((to - from) * part)).at(millis);
  }

  private interface Combination {
    long of(long mine, long others);
  }

  private Sample combined(Sample other, Combination by) {
    return new Sample(
        atMillis,
        by.of(memoryBytes, other.memoryBytes),
        by.of(ssdBytes, other.ssdBytes),
        by.of(peerBytes, other.peerBytes),
        by.of(originBytes, other.originBytes),
        by.of(sourceRegionBytes, other.sourceRegionBytes),
        by.of(readerOriginBytes, other.readerOriginBytes),
        by.of(storeBlocks, other.storeBlocks),
        by.of(storeBytes, other.storeBytes),
        by.of(storeBudgetBytes, other.storeBudgetBytes));
  }
}
