package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.MountId;
import org.jspecify.annotations.Nullable;

/**
 * A bounded set of blocks that survives restarts. It may forget any block at any time; it never
 * gives a wrong one. Safe for many threads.
 */
public interface BlockStore extends AutoCloseable {

  /**
   * Finds a block and holds it in place until the lease is closed: its slot is not reused before.
   * Counts as a use. Never blocks and touches no disk, so event loops may call it.
   *
   * @return null when the block is not here
   */
  @Nullable BlockLease lease(BlockKey key);

  /** Whether the block is here now. Does not count as a use; touches no disk. */
  boolean contains(BlockKey key);

  /**
   * Takes space for a block that is about to be fetched, evicting others. Touches no disk.
   *
   * @param mount whose block it is: says how it is kept
   * @param placementHash where it belongs, see {@link
   *     io.blockring.client.namespace.Placement#hash}; kept beside it
   * @param length bytes of the block, at most the store's slot size
   * @return null when the block is here already, is not admitted, or no space may be taken now: the
   *     bytes are then served unstored
   */
  @Nullable Reservation reserve(BlockKey key, MountId mount, long placementHash, int length);

  /** Forgets a block. Readers that hold a lease finish; space is reused after them. */
  void drop(BlockKey key, DropReason reason);

  /**
   * Does with a block what an operator asks; waits for the disk where the block must be written
   * anew. Durable with the next flush.
   *
   * @param mount whose block it is
   */
  KeepCounts keep(KeepAction action, BlockKey key, MountId mount);

  /** Lets every pin go, also of versions that nobody can name any more. */
  KeepCounts unpinAll();

  /** Begins to go through what is kept. */
  BlockWalk walk();

  StoreStatistics statistics();

  /** Makes everything committed durable and lets go of the files. Leases must be closed before. */
  @Override
  void close();

  /** Why a block was forgotten; a label in metrics. */
  enum DropReason {
    EVICTED,
    CORRUPT,
    /** An operator or a warm set asked for it, or the resolver refuted its version. */
    ASKED
  }
}
