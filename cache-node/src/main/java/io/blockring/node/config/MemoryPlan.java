package io.blockring.node.config;

/**
 * How the memory that a node may take is divided: heap, kept blocks, bytes in flight, and the rest
 * of the JVM. Made before anything is allocated, so that a node that cannot live within its limit
 * says so at its start and is not killed under load.
 *
 * @param limitBytes of all of it
 * @param keptBytes of blocks kept in memory
 * @param inFlightBytes of fills and replies
 */
public record MemoryPlan(long limitBytes, long keptBytes, long inFlightBytes) {
  /** Code, classes, threads, and buffers of connections. */
  static final long JVM_BYTES = 160L << 20;

  private static final long MIB = 1L << 20;
  private static final long MOST_SHARE = 256 * MIB;
  private static final int LEAST_BLOCKS = 4;

  /**
   * Divides.
   *
   * @param hostBytes what the host, or the container, has
   * @param heapBytes the JVM's maximum
   * @param largestBlock of any mount
   * @throws StartException when it does not fit; the message has the arithmetic
   */
  public static MemoryPlan divide(
      LimitSettings limits, MemorySettings memory, long hostBytes, long heapBytes, int largestBlock)
      throws StartException {
    // A quarter is left to the page cache, where a node's blocks are served from.
    long limit =
        limits
            .memory()
            .orShare(Math.min(hostBytes / 4 * 3, heapBytes + JVM_BYTES + 2 * MOST_SHARE));
    long left = limit - heapBytes - JVM_BYTES;
    long leastInFlight = Math.max(16 * MIB, (long) LEAST_BLOCKS * largestBlock);
    long inFlight =
        limits
            .bytesInFlight()
            .orShare(Math.clamp(shareOf(left, memory.size()), leastInFlight, MOST_SHARE));
    long kept = memory.size().orShare(Math.clamp(left - inFlight, 0, MOST_SHARE));
    if (inFlight < leastInFlight) {
      throw new StartException(
          "limits.bytesInFlight %s is below %s: %d blocks of the largest mount, and at least 16MiB"
              .formatted(new ByteSize(inFlight), new ByteSize(leastInFlight), LEAST_BLOCKS));
    }
    if (inFlight + kept > left) {
      throw new StartException(
          ("limits.memory %s is too little: heap %s (-Xmx, in BLOCKRING_JAVA_OPTIONS) + %s for the"
                  + " rest of the JVM + memory.size %s + limits.bytesInFlight %s = %s")
              .formatted(
                  mib(limit),
                  mib(heapBytes),
                  mib(JVM_BYTES),
                  mib(kept),
                  mib(inFlight),
                  mib(heapBytes + JVM_BYTES + kept + inFlight)));
    }
    return new MemoryPlan(limit, kept, inFlight);
  }

  /** Half of what is left; all that the other leaves when that one is given. */
  private static long shareOf(long left, AutoSize other) {
    return other.isAuto() ? left / 2 : left - other.size().bytes();
  }

  private static String mib(long bytes) {
    return new ByteSize(bytes / MIB * MIB).toString();
  }
}
