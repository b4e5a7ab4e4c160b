package io.blockring.node.config;

import java.util.List;
import java.util.stream.LongStream;

/** Section {@code store}: blocks on disks. */
public record BlockStoreSettings(
    @Setting(doc = "The disks, of any sizes. Empty: one in stateDir/blocks with a budget of 10GiB.")
        List<DiskSettings> disks) {

  private static final Budget DEFAULT_BUDGET = new Budget(10L << 30, 0);

  /** The disks to open; the default one when none is given. */
  public List<DiskSettings> disksOr(MemberSettings node) {
    return disks.isEmpty()
        ? List.of(
            new DiskSettings(
                node.stateDir().resolve("blocks"), DEFAULT_BUDGET, new ByteSize(1L << 30)))
        : disks;
  }

  /** All budgets together, in bytes; those in percent of what their file systems are now. */
  public long budgetBytes(MemberSettings node) {
    return LongStream.of(budgets(node)).sum();
  }

  /** Each disk's budget, as above. */
  public long[] budgets(MemberSettings node) {
    return disksOr(node).stream().mapToLong(disk -> disk.budget().bytesAt(disk.path())).toArray();
  }
}
