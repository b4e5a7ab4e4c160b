package io.blockring.node.blockport;

import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.store.BlockLease;
import org.jspecify.annotations.Nullable;

/**
 * What the block port asks of its node. Every method returns at once and may be called on an event
 * loop.
 */
public interface BlockService {

  /**
   * The block size of a mount.
   *
   * @return -1 when this node does not know the mount
   */
  int blockBytes(MountId mount);

  /**
   * A resident block; null when it is not here, or its mount is to be read from the bucket only.
   */
  @Nullable BlockLease lease(Version version, int blockIndex);

  /** A block of any mount by its digest, for whoever takes it over; null when it is not here. */
  @Nullable BlockLease held(BlockKey key);

  /**
   * The rung that the reader of a resident block is told, for requests of kind {@code read}. Asked
   * once for each: a block that just came in with an open is the bucket's for its first reader.
   */
  default Rung rungOfResident(BlockKey key) {
    return Rung.SSD;
  }

  /**
   * A reader is about to get a resident range.
   *
   * @return how many members beyond the owner it may ask for this block from now on; 0: none
   */
  default int spreadAfter(BlockRange range, BlockWire.Asker asker) {
    return 0;
  }

  /**
   * Joins the fill of a block, or starts it: for requests of kind {@code read} that missed. The
   * caller closes what it gets.
   *
   * @param wanted what of it is read first
   * @return null for a {@link BlockWire.Asker#FILLER} while the block is asked for at another
   *     member, who may be that filler
   */
  @Nullable Filling fill(BlockRange wanted, ReadScope scope, BlockWire.Asker asker);

  /** The block being filled, if it is; never starts a fill. The caller closes what it gets. */
  @Nullable Filling joinFill(BlockKey key);

  /**
   * A reader got bytes of this block that failed their checksums: verify it on a disk thread, drop
   * it if it is bad.
   */
  void suspect(BlockKey key);

  /**
   * Bytes that were handed to the kernel for a reader who is no node. Comes often: must be cheap.
   *
   * @param rung where they came from
   */
  void delivered(Rung rung, TrafficClass trafficClass, long bytes);
}
