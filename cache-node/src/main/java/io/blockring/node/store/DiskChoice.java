package io.blockring.node.store;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which disk gets a block: weighted rendezvous over the disks' ids, by budget. A disk that comes or
 * goes moves no block between the others.
 */
final class DiskChoice {
  private DiskChoice() {}

  /** The block's disk among those that qualify, or null when none does. */
  static @Nullable Disk of(long fingerprint, List<Disk> disks, Predicate<Disk> qualifies) {
    Disk best = null;
    double bestScore = Double.POSITIVE_INFINITY;
    for (Disk disk : disks) {
      double score = score(fingerprint, disk.id(), disk.budgetBytes());
      if (score < bestScore && qualifies.test(disk)) {
        best = disk;
        bestScore = score;
      }
    }
    return best;
  }

  /**
   * Exponentially distributed with the weight as its rate: the least one is each disk's fair share.
   */
  static double score(long fingerprint, long diskId, long weight) {
    long hash = Fingerprint.mix(fingerprint ^ Fingerprint.mix(diskId));
    double uniform = ((hash >>> 11) + 0.5) * 0x1.0p-53;
    return -Math.log(uniform) / weight;
  }
}
