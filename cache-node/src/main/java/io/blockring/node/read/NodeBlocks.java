package io.blockring.node.read;

import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.blockport.BlockService;
import io.blockring.node.blockport.Filling;
import io.blockring.node.fill.Fills;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.BlockStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node as the block port sees it. */
public final class NodeBlocks implements BlockService {
  private static final Logger log = LoggerFactory.getLogger(NodeBlocks.class);
  private static final int STEP_BYTES = 256 * 1024;

  private final BlockStore store;
  private final Fills fills;
  private final MountTable mounts;
  private final ReadCounters counters;
  private final HotBlocks hot = new HotBlocks(System::nanoTime);
  private final SpreadCopies copies;
  // More suspicions than this at once are dropped: readers that meet a bad block again will say so
  // again.
  private final Semaphore checks = new Semaphore(8);

  /**
   * @param copies of hot blocks that this node does not own
   */
  public NodeBlocks(
      BlockStore store,
      Fills fills,
      MountTable mounts,
      ReadCounters counters,
      SpreadCopies copies) {
    this.copies = copies;
    this.counters = counters;
    this.store = store;
    this.fills = fills;
    this.mounts = mounts;
  }

  @Override
  public int blockBytes(MountId mount) {
    MountTable.Bound bound = mounts.byId(mount);
    return bound == null ? -1 : bound.mount().blockBytes();
  }

  @Override
  public @Nullable BlockLease lease(Version version, int blockIndex) {
    return mounts.isBypassed(mounts.of(version)) ? null : store.lease(version.block(blockIndex));
  }

  @Override
  public @Nullable BlockLease held(BlockKey key) {
    return store.lease(key);
  }

  @Override
  public Rung rungOfResident(BlockKey key) {
    return fills.rungOfResident(key);
  }

  @Override
  public @Nullable Filling fill(BlockRange wanted, ReadScope scope, BlockWire.Asker asker) {
    if (asker == BlockWire.Asker.SPREAD) {
      copies.made(wanted);
    }
    return fills.fill(wanted, scope, asker);
  }

  @Override
  public int spreadAfter(BlockRange range, BlockWire.Asker asker) {
    copies.read(range);
    return asker == BlockWire.Asker.FILLER ? 0 : hot.spreadAfter(range);
  }

  @Override
  public @Nullable Filling joinFill(BlockKey key) {
    return fills.join(key);
  }

  @Override
  public void suspect(BlockKey key) {
    if (!checks.tryAcquire()) {
      return;
    }
    Thread.ofVirtual()
        .name("suspect-" + key)
        .start(
            () -> {
              try {
                verify(key);
              } finally {
                checks.release();
              }
            });
  }

  @Override
  public void delivered(Rung rung, TrafficClass trafficClass, long bytes) {
    counters.onDelivered(rung, trafficClass, bytes);
  }

  private void verify(BlockKey key) {
    try (BlockLease lease = store.lease(key)) {
      if (lease == null) {
        return;
      }
      ByteBuffer scratch = ByteBuffer.allocateDirect(STEP_BYTES);
      for (int at = 0; at < lease.length(); at += STEP_BYTES) {
        lease.readVerified(at, scratch.clear().limit(Math.min(STEP_BYTES, lease.length() - at)));
      }
    } catch (IOException e) {
      log.warn("block {} was sent wrong and is dropped: {}", key, e.getMessage());
      store.drop(key, BlockStore.DropReason.CORRUPT);
    }
  }
}
