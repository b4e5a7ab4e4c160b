package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.MountId;
import io.blockring.node.store.StoreSettings.DiskSettings;
import io.blockring.node.store.disk.DirectoryInUseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a node on its SSDs. Each disk stands alone: one that fails takes its blocks with
 * it, as misses, and new blocks go to the others.
 */
public final class SsdBlockStore implements BlockStore {
  private final int slotBytes;
  private final List<DiskBay> bays;
  private final PacedThread watch;

  private SsdBlockStore(int slotBytes, List<DiskBay> bays) {
    this.slotBytes = slotBytes;
    this.bays = List.copyOf(bays);
    this.watch =
        new PacedThread("store-watch", ProcessPauses.REGULAR, () -> bays.forEach(DiskBay::watch));
  }

  /**
   * Opens every disk. Reads their indexes only, so that it is quick. A disk that cannot be opened
   * is tried again until it can.
   *
   * @throws IOException when a directory belongs to another store, or when no disk can be opened
   * @throws IllegalArgumentException when a budget is too small
   */
  public static SsdBlockStore open(StoreSettings settings) throws IOException {
    return open(settings, System::nanoTime);
  }

  static SsdBlockStore open(StoreSettings settings, LongSupplier nanoTime) throws IOException {
    List<DiskBay> bays = new ArrayList<>();
    for (DiskSettings disk : settings.disks()) {
      bays.add(new DiskBay(disk, settings, "disk-" + bays.size(), nanoTime));
    }
    try {
      int failures = 0;
      for (DiskBay bay : bays) {
        failures += open(bay, failures + 1 == bays.size()) ? 0 : 1;
      }
      SsdBlockStore store = new SsdBlockStore(settings.slotBytes(), bays);
      bays.forEach(DiskBay::start);
      store.watch.start();
      return store;
    } catch (IOException | RuntimeException e) {
      bays.forEach(DiskBay::close);
      throw e;
    }
  }

  private static boolean open(DiskBay bay, boolean isLastHope) throws IOException {
    try {
      bay.open();
      return true;
    } catch (DirectoryInUseException e) {
      throw e;
    } catch (IOException e) {
      if (isLastHope) {
        throw e;
      }
      bay.failedToOpen(e);
      return false;
    }
  }

  @Override
  public @Nullable BlockLease lease(BlockKey key) {
    long fingerprint = Fingerprint.of(key);
    for (DiskBay bay : bays) {
      BlockLease lease = bay.lease(key, fingerprint);
      if (lease != null) {
        return lease;
      }
    }
    return null;
  }

  @Override
  public boolean contains(BlockKey key) {
    long fingerprint = Fingerprint.of(key);
    for (DiskBay bay : bays) {
      if (bay.contains(fingerprint)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable Reservation reserve(
      BlockKey key, MountId mount, long placementHash, int length) {
    if (length <= 0 || length > slotBytes) {
      throw new IllegalArgumentException(
          "block " + key + " has " + length + " bytes, must have 1 to " + slotBytes);
    }
    if (contains(key)) {
      return null;
    }
    long fingerprint = Fingerprint.of(key);
    Disk disk = DiskChoice.of(fingerprint, disks(), one -> one.isWritable() && !one.isSpent());
    if (disk == null) {
      disks().stream().filter(Disk::isSpent).findFirst().ifPresent(Disk::bypass);
    }
    return disk == null
        ? null
        : disk.reserve(key, mount, BlockHome.of(mount, placementHash), fingerprint, length);
  }

  @Override
  public void drop(BlockKey key, DropReason reason) {
    long fingerprint = Fingerprint.of(key);
    disks().forEach(disk -> disk.drop(fingerprint, reason));
  }

  @Override
  public KeepCounts keep(KeepAction action, BlockKey key, MountId mount) {
    long fingerprint = Fingerprint.of(key);
    for (Disk disk : disks()) {
      if (disk.contains(fingerprint)) {
        return switch (action) {
          case PIN -> disk.pins().pin(key, fingerprint);
          case UNPIN -> disk.pins().unpin(key, fingerprint, disk.shareOf(mount));
          case EVICT -> disk.pins().evict(fingerprint);
        };
      }
    }
    return KeepCounts.ofAbsent();
  }

  @Override
  public KeepCounts unpinAll() {
    return disks().stream()
        .map(disk -> disk.pins().unpinAll())
        .reduce(KeepCounts.NONE, KeepCounts::plus);
  }

  @Override
  public BlockWalk walk() {
    List<Disk> open = disks();
    return new BlockWalk(open.stream().map(DiskWalk::new).toList(), open.size() == bays.size());
  }

  @Override
  public StoreStatistics statistics() {
    StoreStatistics sum = StoreStatistics.empty(List.of());
    for (DiskBay bay : bays) {
      sum = sum.plus(bay.statistics());
    }
    return sum;
  }

  /** Bytes of memory that knowing what is where takes. */
  public long memoryBytes() {
    return disks().stream().mapToLong(Disk::memoryBytes).sum();
  }

  /** Makes everything written so far durable now, not within the next interval. */
  public void flush() {
    disks().forEach(Disk::flush);
  }

  /** Proves the blocks of one slot of each disk now, not when their turn comes. */
  void scrub() {
    disks().forEach(Disk::scrub);
  }

  @Override
  public void close() {
    watch.stop();
    bays.forEach(DiskBay::close);
  }

  /** Those that are there and open. */
  private List<Disk> disks() {
    List<Disk> open = new ArrayList<>(bays.size());
    for (DiskBay bay : bays) {
      Disk disk = bay.disk();
      if (disk != null) {
        open.add(disk);
      }
    }
    return open;
  }
}
