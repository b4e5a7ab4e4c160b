package io.blockring.benchmarks.disks;

import io.blockring.benchmarks.Goal;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Digest;
import io.blockring.client.namespace.MountId;
import io.blockring.node.store.Reservation;
import io.blockring.node.store.SsdBlockStore;
import io.blockring.node.store.StoreSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Writes small objects into a store on a disk of its own: what they take there, and what the device
 * had to write for them, journal and flushes every second included.
 */
public final class SmallObjects {
  private static final int OBJECT_BYTES = 10 * 1024;
  private static final int UNDER_WAY = 64;
  private static final int FLUSHED_AT_ONCE = 10_000;
  private static final int SECTOR_BYTES = 512;
  private static final int SECTORS_WRITTEN = 6;
  private static final MountId MOUNT = MountId.of("bench://small", "", 4 << 20, "etag");

  private SmallObjects() {}

  /** Arguments: a folder on the disk, the disk's name in /sys/block, how many objects. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int objects = Integer.parseInt(arguments[2]);
    long admitted = (long) objects * OBJECT_BYTES;
    Shell.run("sync", "-f", directory.toString());
    long before = writtenBytes(arguments[1]);
    long start = System.nanoTime();
    StoreSettings settings =
        StoreSettings.of(
            List.of(
                new StoreSettings.DiskSettings(
                    directory, new StoreSettings.Budget.Bytes(admitted + admitted / 5), 0)));
    double bytesPerBlock;
    try (SsdBlockStore store = SsdBlockStore.open(settings)) {
      write(store, objects);
      bytesPerBlock = (double) store.memoryBytes() / store.statistics().blocks();
      require(store.statistics().blocks() == objects, "all objects are kept");
    }
    Shell.run("sync", "-f", directory.toString());
    double seconds = (System.nanoTime() - start) / 1e9;
    double onDisk =
        Double.parseDouble(Shell.run("du", "-s", "-B1", directory.toString()).split("\t")[0]);
    double written = writtenBytes(arguments[1]) - before;
    System.out.printf(
        Locale.ROOT,
        "%d objects of %d bytes in %.1f s; %.1f bytes of memory each%n",
        objects,
        OBJECT_BYTES,
        seconds,
        bytesPerBlock);
    Goal.atMost("SSD bytes per byte admitted", onDisk / admitted, 1.15);
    Goal.atMost("device writes (/sys/block) per byte admitted", written / admitted, 1.3);
  }

  private static void write(SsdBlockStore store, int objects) {
    ArrayDeque<CompletableFuture<Boolean>> underWay = new ArrayDeque<>();
    ByteBuffer buffers = ByteBuffer.allocateDirect(UNDER_WAY * OBJECT_BYTES);
    for (int i = 0; i < objects; i++) {
      if (underWay.size() == UNDER_WAY) {
        require(underWay.remove().join(), "the object is kept");
      }
      if (i % FLUSHED_AT_ONCE == 0) {
        store.flush(); // A node is no faster than its network; this is no faster than the disk.
      }
      ByteBuffer buffer = buffers.slice(i % UNDER_WAY * OBJECT_BYTES, OBJECT_BYTES);
      Words.fill(buffer, i, 0);
      BlockKey key = new BlockKey(Digest.of("small", Integer.toString(i)), 0);
      Reservation room = store.reserve(key, MOUNT, 0, OBJECT_BYTES);
      while (room == null) {
        store.flush(); // We outran the disk.
        room = store.reserve(key, MOUNT, 0, OBJECT_BYTES);
      }
      underWay.add(room.commit(buffer.flip()));
    }
    underWay.forEach(one -> require(one.join(), "the object is kept"));
  }

  private static long writtenBytes(String disk) throws IOException {
    String[] figures = Files.readString(Path.of("/sys/block", disk, "stat")).strip().split(" +");
    return Long.parseLong(figures[SECTORS_WRITTEN]) * SECTOR_BYTES;
  }

  private static void require(boolean isTrue, String what) {
    if (!isTrue) {
      throw new IllegalStateException("not so: " + what);
    }
  }
}
