package io.blockring.node;

import io.blockring.node.config.NodeSettings;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.DiskState;
import io.blockring.node.store.StoreStatistics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The share of the ring that this node asks for: what its settings say, less the shares of disks
 * that stay down. A disk is left out, and taken in again, when it has been down, or back, for as
 * long as a member is waited for: one that comes and goes moves no block. Without any disk the
 * least share is left, so that a cluster of such nodes has owners and serves from its buckets. To
 * be asked every few seconds, by one thread at a time.
 */
final class OwnWeight implements IntSupplier {
  private static final long WELL = Long.MIN_VALUE;

  private final int whole;
  private final long[] budgets;
  private final Supplier<List<DiskState>> states;
  private final long patienceNanos;
  private final LongSupplier nanoTime;
  private final boolean[] isOut;

  /** Since when a disk is not as it counts, or {@link #WELL}. */
  private final long[] otherSince;

  /**
   * @param whole with all disks
   * @param budgets of the disks, in bytes
   * @param states of the same disks in the same order
   * @param nanoTime a monotonic clock
   */
  OwnWeight(
      int whole,
      long[] budgets,
      Supplier<List<DiskState>> states,
      Duration patience,
      LongSupplier nanoTime) {
    this.whole = whole;
    this.budgets = budgets.clone();
    this.states = states;
    this.patienceNanos = patience.toNanos();
    this.nanoTime = nanoTime;
    this.isOut = new boolean[budgets.length];
    this.otherSince = new long[budgets.length];
    Arrays.fill(otherSince, WELL);
  }

  static OwnWeight of(NodeSettings settings, BlockStore store) {
    return new OwnWeight(
        settings.weightUnits(),
        settings.store().budgets(settings.node()),
        () -> store.statistics().disks().stream().map(StoreStatistics.Disk::state).toList(),
        settings.cluster().grace(),
        System::nanoTime);
  }

  @Override
  public int getAsInt() {
    List<DiskState> now = states.get();
    double all = 0;
    double in = 0;
    for (int disk = 0; disk < budgets.length; disk++) {
      look(disk, now.get(disk) == DiskState.DOWN);
      all += budgets[disk];
      in += isOut[disk] ? 0 : budgets[disk];
    }
    return in == all ? whole : Math.max(Math.min(1, whole), (int) Math.ceil(whole * (in / all)));
  }

  private void look(int disk, boolean isDown) {
    long now = nanoTime.getAsLong();
    if (isDown == isOut[disk]) {
      otherSince[disk] = WELL;
    } else if (otherSince[disk] == WELL) {
      otherSince[disk] = now;
    } else if (now - otherSince[disk] >= patienceNanos) {
      isOut[disk] = isDown;
      otherSince[disk] = WELL;
    }
  }
}
