package io.blockring.benchmarks.blockport;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.blockport.BlockPort;
import io.blockring.node.blockport.BlockPortSettings;
import io.blockring.node.blockport.BlockService;
import io.blockring.node.blockport.Filling;
import io.blockring.node.host.Nic;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.Reservation;
import io.blockring.node.store.SsdBlockStore;
import io.blockring.node.store.StoreSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Serves one object of whole blocks, or many small objects, all resident, until its standard input
 * ends.
 */
final class BlockPortServer implements BlockService {
  static final int BLOCK_BYTES = 4 << 20;
  static final int BLOCKS = 64;
  static final int SMALL_BYTES = 10 * 1024;
  static final MountId MOUNT = MountId.of("bench://object", "", BLOCK_BYTES, "etag");
  static final Version OBJECT =
      new Version(
          new ObjectName(MOUNT, "object"),
          new Identity(Identity.Kind.ETAG, "\"bench\""),
          (long) BLOCKS * BLOCK_BYTES,
          BLOCK_BYTES);

  private final BlockStore store;

  private BlockPortServer(BlockStore store) {
    this.store = store;
  }

  /**
   * Arguments: a folder for the blocks, the event loops, a file to write the port to; and how many
   * small objects it has, if those are wanted.
   */
  public static void main(String[] arguments) throws Exception {
    StoreSettings.DiskSettings disk =
        new StoreSettings.DiskSettings(
            Path.of(arguments[0]), new StoreSettings.Budget.Bytes(2L << 30), 0);
    try (SsdBlockStore store = SsdBlockStore.open(StoreSettings.of(List.of(disk)));
        BlockPort port =
            new BlockPort(
                settings(Integer.parseInt(arguments[1])),
                PeerAdmission.everyone(),
                new BlockPortServer(store),
                Nic.UNLIMITED,
                () -> "",
                ring -> {})) {
      if (arguments.length > 3) {
        fillSmall(store, Integer.parseInt(arguments[3]));
      } else {
        fill(store);
      }
      Files.writeString(Path.of(arguments[2]), port.bind("127.0.0.1", 0) + "\n");
      while (System.in.read() >= 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** A small object. */
  static Version small(int number) {
    return new Version(
        new ObjectName(
            MOUNT, "dataset/train/shard-%03d/sample-%08d".formatted(number % 512, number)),
        new Identity(Identity.Kind.ETAG, "\"9b2cf535f27731c97434%012d\"".formatted(number)),
        SMALL_BYTES,
        BLOCK_BYTES);
  }

  private static void fillSmall(BlockStore store, int objects) throws Exception {
    ByteBuffer block = ByteBuffer.allocateDirect(SMALL_BYTES);
    Random random = new Random(1);
    for (int number = 0; number < objects; number++) {
      block.clear();
      while (block.hasRemaining()) {
        block.putLong(random.nextLong());
      }
      Version version = small(number);
      try (Reservation place =
          store.reserve(version.block(0), version.name().mount(), 0, SMALL_BYTES)) {
        if (place == null || !place.commit(block.flip()).get()) {
          throw new IOException("object " + number + " was not kept");
        }
      }
    }
  }

  private static BlockPortSettings settings(int eventLoops) {
    BlockPortSettings d = BlockPortSettings.defaults();
    return new BlockPortSettings(
        eventLoops,
        Integer.getInteger("sendBufferBytes", d.sendBufferBytes()),
        Integer.getInteger("turnBytes", d.turnBytes()),
        d.maxConnections(),
        d.idleTimeout(),
        d.headTimeout(),
        d.stallTimeout(),
        d.plainReplyTime(),
        d.defaultDeadline(),
        d.verifyThreads(),
        d.verifyQueue(),
        d.drain());
  }

  private static void fill(BlockStore store) throws Exception {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    for (int index = 0; index < BLOCKS; index++) {
      Random random = new Random(index);
      block.clear();
      while (block.hasRemaining()) {
        block.putLong(random.nextLong());
      }
      try (Reservation place =
          store.reserve(OBJECT.block(index), OBJECT.name().mount(), 0, BLOCK_BYTES)) {
        if (place != null && !place.commit(block.flip()).get()) {
          throw new IOException("block " + index + " was not kept");
        }
      }
    }
  }

  @Override
  public int blockBytes(MountId mount) {
    return mount.equals(MOUNT) ? BLOCK_BYTES : -1;
  }

  @Override
  public @Nullable BlockLease lease(Version version, int blockIndex) {
    return held(version.block(blockIndex));
  }

  @Override
  public @Nullable BlockLease held(BlockKey key) {
    return store.lease(key);
  }

  @Override
  public void delivered(Rung rung, TrafficClass trafficClass, long bytes) {}

  @Override
  public Filling fill(BlockRange wanted, ReadScope scope, BlockWire.Asker asker) {
    throw new IllegalStateException("block " + wanted.key() + " is not resident");
  }

  @Override
  public @Nullable Filling joinFill(BlockKey key) {
    return null;
  }

  @Override
  public void suspect(BlockKey key) {
    throw new IllegalStateException("a reader suspects " + key);
  }
}
