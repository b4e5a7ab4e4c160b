package io.blockring.node.store;

/** What an operator asks for blocks that are in a store. */
public enum KeepAction {
  /** Never evict it, whatever is read. */
  PIN,
  /** Treat it as any other of its mount again. */
  UNPIN,
  /** Forget it, unless it is pinned. */
  EVICT
}
