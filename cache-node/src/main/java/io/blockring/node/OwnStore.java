package io.blockring.node;

import io.blockring.client.namespace.MountId;
import io.blockring.node.config.AutoSize;
import io.blockring.node.config.Budget;
import io.blockring.node.config.MountSettings;
import io.blockring.node.config.NodeSettings;
import io.blockring.node.config.Pool;
import io.blockring.node.config.ShareSettings;
import io.blockring.node.config.StartException;
import io.blockring.node.store.MountKeeping;
import io.blockring.node.store.MountKeeping.Compression;
import io.blockring.node.store.MountKeeping.Priority;
import io.blockring.node.store.SsdBlockStore;
import io.blockring.node.store.StoreSettings;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opens the node's blocks on its disks, as its settings say. */
final class OwnStore {
  private OwnStore() {}

  static SsdBlockStore open(NodeSettings settings) throws StartException {
    List<StoreSettings.DiskSettings> disks =
        settings.store().disksOr(settings.node()).stream()
            .map(
                disk ->
                    new StoreSettings.DiskSettings(
                        disk.path(), budget(disk.budget()), disk.freeSpaceFloor().bytes()))
            .toList();
    try {
      return SsdBlockStore.open(
          StoreSettings.of(disks)
              .withThreads(
                  settings.limits().threads(Pool.DISK_READS),
                  settings.limits().threads(Pool.DISK_WRITES))
              .withPageCache(pageCache(settings))
              .withMounts(keepings(settings))
              .withWritesPerDay(
                  settings
                      .limits()
                      .diskWritesPerDay()
                      .of(settings.store().budgetBytes(settings.node()))));
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException("store.disks: " + e.getMessage(), e);
    }
  }

  private static double pageCache(NodeSettings settings) {
    AutoSize size = settings.limits().pageCache();
    long budget = settings.store().budgetBytes(settings.node());
    return size.isAuto() ? 1 : (double) size.size().bytes() / budget;
  }

  /** Mounts with one id have equal settings: checked with the settings. */
  private static Map<MountId, MountKeeping> keepings(NodeSettings settings) {
    long budget = settings.store().budgetBytes(settings.node());
    Map<MountId, MountKeeping> keepings = new HashMap<>();
    settings.mounts().values().forEach(mount -> keepings.put(mount.id(), keeping(mount, budget)));
    return keepings;
  }

  private static MountKeeping keeping(MountSettings mount, long budgetBytes) {
    ShareSettings share = mount.store();
    return new MountKeeping(
        switch (mount.compression()) {
          case NONE -> Compression.NONE;
          case LZ4 -> Compression.LZ4;
          case AUTO -> Compression.AUTO;
        },
        share.floor().of(budgetBytes),
        share.ceiling().of(budgetBytes),
        share.ttl(),
        switch (share.priority()) {
          case LOW -> Priority.LOW;
          case NORMAL -> Priority.NORMAL;
          case HIGH -> Priority.HIGH;
        });
  }

  private static StoreSettings.Budget budget(Budget budget) {
    return budget.isShare()
        ? new StoreSettings.Budget.Percent(budget.percent())
        : new StoreSettings.Budget.Bytes(budget.bytes());
  }
}
