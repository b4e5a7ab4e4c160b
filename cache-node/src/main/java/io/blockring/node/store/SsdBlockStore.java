package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.StoreSettings.DiskSettings;
import io.blockring.node.store.disk.DirectoryInUseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks of a node on its SSDs. Each disk stands alone: one that fails takes its blocks with
 * it, as misses, and new blocks go to the others.
 */
public final class SsdBlockStore implements BlockStore {
  private static final Logger LOG = LoggerFactory.getLogger(SsdBlockStore.class);

  private final int slotBytes;
  private final List<Disk> disks;

  /** Disks that could not be opened: shown, not used, until the next start. */
  private final List<StoreStatistics.Disk> absent;

  private SsdBlockStore(int slotBytes, List<Disk> disks, List<StoreStatistics.Disk> absent) {
    this.slotBytes = slotBytes;
    this.disks = List.copyOf(disks);
    this.absent = List.copyOf(absent);
  }

  /**
   * Opens every disk. Reads their indexes only, so that it is quick.
   *
   * @throws IOException when a directory belongs to another store, or when no disk can be opened
   * @throws IllegalArgumentException when a budget is too small
   */
  public static SsdBlockStore open(StoreSettings settings) throws IOException {
    return open(settings, System::nanoTime);
  }

  static SsdBlockStore open(StoreSettings settings, LongSupplier nanoTime) throws IOException {
    List<Disk> disks = new ArrayList<>();
    List<StoreStatistics.Disk> absent = new ArrayList<>();
    try {
      for (DiskSettings disk : settings.disks()) {
        String name = "disk-" + (disks.size() + absent.size());
        try {
          disks.add(Disk.open(disk, settings, name, nanoTime));
        } catch (DirectoryInUseException e) {
          throw e;
        } catch (IOException e) {
          if (absent.size() + 1 == settings.disks().size()) {
            throw e;
          }
          LOG.error(
              "{} cannot be opened, its blocks are misses until the next start", disk.path(), e);
          absent.add(new StoreStatistics.Disk(disk.path().toString(), false, 0, 0, 0, 0, 0, 0));
        }
      }
      return new SsdBlockStore(settings.slotBytes(), disks, absent);
    } catch (IOException | RuntimeException e) {
      disks.forEach(Disk::close);
      throw e;
    }
  }

  @Override
  public @Nullable BlockLease lease(BlockKey key) {
    long fingerprint = Fingerprint.of(key);
    for (Disk disk : disks) {
      BlockLease lease = disk.lease(key, fingerprint);
      if (lease != null) {
        return lease;
      }
    }
    return null;
  }

  @Override
  public boolean contains(BlockKey key) {
    long fingerprint = Fingerprint.of(key);
    return disks.stream().anyMatch(disk -> disk.contains(fingerprint));
  }

  @Override
  public @Nullable Reservation reserve(BlockKey key, int length) {
    if (length <= 0 || length > slotBytes) {
      throw new IllegalArgumentException(
          "block " + key + " has " + length + " bytes, must have 1 to " + slotBytes);
    }
    if (contains(key)) {
      return null;
    }
    long fingerprint = Fingerprint.of(key);
    Disk disk = DiskChoice.of(fingerprint, disks, Disk::isWritable);
    return disk == null ? null : disk.reserve(key, fingerprint, length);
  }

  @Override
  public void drop(BlockKey key, DropReason reason) {
    long fingerprint = Fingerprint.of(key);
    disks.forEach(disk -> disk.drop(fingerprint, reason));
  }

  @Override
  public StoreStatistics statistics() {
    StoreStatistics sum = new StoreStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, absent);
    for (Disk disk : disks) {
      sum = sum.plus(disk.statistics());
    }
    return sum;
  }

  /** Bytes of memory that knowing what is where takes. */
  public long memoryBytes() {
    return disks.stream().mapToLong(Disk::memoryBytes).sum();
  }

  /** Makes everything written so far durable now, not within the next interval. */
  public void flush() {
    disks.forEach(Disk::flush);
  }

  /** Proves the blocks of one slot of each disk now, not when their turn comes. */
  void scrub() {
    disks.forEach(Disk::scrub);
  }

  @Override
  public void close() {
    disks.forEach(Disk::close);
  }
}
