package io.blockring.node.blockport;

import java.time.Duration;

/**
 * Limits of a {@link BlockPort}.
 *
 * @param eventLoops threads that serve all connections
 * @param sendBufferBytes SO_SNDBUF. Bounded because the kernel's own growth doubles the CPU per
 *     byte; at least bandwidth times round trip of one connection
 * @param turnBytes sent for one connection before others on its loop have their turn, so that whole
 *     blocks do not starve small ranges
 * @param maxConnections open at the same time; further ones are told 503, and many more are closed
 * @param idleTimeout a connection without a request is closed after this
 * @param headTimeout for a request's head from its first byte
 * @param stallTimeout a reader that takes no byte for this long is reset
 * @param plainReplyTime the longest a plain reader may take for one reply; a verified one has its
 *     own deadline
 * @param defaultDeadline for requests that name none
 * @param verifyThreads threads that prove large blocks for plain readers
 * @param verifyQueue such blocks that may wait; then 503
 * @param drain how long {@link BlockPort#close} lets replies end
 */
public record BlockPortSettings(
    int eventLoops,
    int sendBufferBytes,
    int turnBytes,
    int maxConnections,
    Duration idleTimeout,
    Duration headTimeout,
    Duration stallTimeout,
    Duration plainReplyTime,
    Duration defaultDeadline,
    int verifyThreads,
    int verifyQueue,
    Duration drain) {

  public BlockPortSettings {
    requireAtLeast("eventLoops", eventLoops, 1);
    requireAtLeast("sendBufferBytes", sendBufferBytes, 4096);
    requireAtLeast("turnBytes", turnBytes, 65_536);
    requireAtLeast("maxConnections", maxConnections, 1);
    requireAtLeast("verifyThreads", verifyThreads, 1);
    requireAtLeast("verifyQueue", verifyQueue, 1);
  }

  public static BlockPortSettings defaults() {
    return new BlockPortSettings(
        2,
        256 * 1024,
        256 * 1024,
        4096,
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ofSeconds(30),
        2,
        256,
        Duration.ofSeconds(5));
  }

  /** These limits with so many event loops, and so many threads that prove. */
  public BlockPortSettings sizedFor(int loops, int proofs) {
    return new BlockPortSettings(
        loops,
        sendBufferBytes,
        turnBytes,
        maxConnections,
        idleTimeout,
        headTimeout,
        stallTimeout,
        plainReplyTime,
        defaultDeadline,
        proofs,
        verifyQueue,
        drain);
  }

  /** These limits with so many connections. */
  public BlockPortSettings accepting(int connections) {
    return new BlockPortSettings(
        eventLoops,
        sendBufferBytes,
        turnBytes,
        connections,
        idleTimeout,
        headTimeout,
        stallTimeout,
        plainReplyTime,
        defaultDeadline,
        verifyThreads,
        verifyQueue,
        drain);
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "block port: " + name + " is " + value + ", must be at least " + least);
    }
  }
}
