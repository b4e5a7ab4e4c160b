package io.blockring.node.config;

import java.util.function.IntUnaryOperator;

/**
 * What a node divides its processors over. Every pool whose threads compute or move bytes is here,
 * and nothing else asks how many processors there are: {@link LimitSettings#threads} says how many
 * threads a pool has.
 */
public enum Pool {
  REQUESTS("requests and fills (carriers of virtual threads)", "as many", 1, cpus -> cpus),
  BLOCK_LOOPS("event loops of the block port", "half", 2, cpus -> cpus / 2),
  PROOFS("proofs for readers that do not check themselves", "half", 2, cpus -> cpus / 2),
  S3_LOOPS("event loops of the S3 port", "half", 2, cpus -> cpus / 2),
  COMPRESSION("pieces compressed for a link at once", "half", 1, cpus -> cpus / 2),
  /** Shared by the server and the clients of the control port: small messages. */
  CONTROL_LOOPS("event loops of the control port", "a quarter, at most 8", 1, atMost(8)),
  /** Wait for the device more than they compute; two, so that one long read blocks no other. */
  DISK_READS("reads of each disk", "half, 2 to 16", 4, cpus -> Math.clamp(cpus / 2, 2, 16)),
  DISK_WRITES("writes of each disk", "a quarter, at most 4", 2, atMost(4)),
  /** Of the JVM; a node's own code gives it time-outs only. */
  COMMON("the JVM's common pool", "a quarter, at most 8", 1, atMost(8));

  private final String work;
  private final String rule;
  private final int leastUnlimited;
  private final IntUnaryOperator share;

  Pool(String work, String rule, int leastUnlimited, IntUnaryOperator share) {
    this.work = work;
    this.rule = rule;
    this.leastUnlimited = leastUnlimited;
    this.share = share;
  }

  /** What its threads do, for people. */
  public String work() {
    return work;
  }

  /** How many of the processors it is sized for, for people. */
  String rule() {
    return rule;
  }

  /** Threads where nobody limits them: a stream of blocks must not hold up every small range. */
  int leastUnlimited() {
    return leastUnlimited;
  }

  /** Threads for so many processors, at least 1. */
  int threads(int processors) {
    return Math.max(1, share.applyAsInt(processors));
  }

  private static IntUnaryOperator atMost(int most) {
    return cpus -> Math.min(most, cpus / 4);
  }
}
