package io.blockring.node.blockport.wrong;

/** Breaks on purpose the rule that a node's limits size its pools. */
public final class PortThatCountsProcessors {
  private PortThatCountsProcessors() {}

  static int loops() {
    return Runtime.getRuntime().availableProcessors();
  }
}
