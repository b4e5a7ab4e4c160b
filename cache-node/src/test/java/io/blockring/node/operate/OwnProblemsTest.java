package io.blockring.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.host.Nic;
import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.read.ReadCounters;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.SsdBlockStore;
import io.blockring.node.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnProblemsTest {
  @TempDir Path directory;
  private List<String> spent = List.of();

  private BlockStore store(long freeFloorBytes) throws IOException {
    return SsdBlockStore.open(
        StoreSettings.of(
            List.of(
                new StoreSettings.DiskSettings(
                    directory, new StoreSettings.Budget.Bytes(64 << 20), freeFloorBytes))));
  }

  private OwnProblems of(BlockStore store) {
    return new OwnProblems(
        "gpu-01",
        store,
        new ReadCounters((rung, trafficClass, nanos) -> {}),
        () -> spent,
        Nic.UNLIMITED,
        List::of);
  }

  @Test
  void a_disk_below_its_floor_is_named_with_both_numbers() throws Exception {
    long floor = 1L << 60;
    try (BlockStore store = store(floor)) {
      assertThat(of(store).now())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.code()).isEqualTo("disk_low");
                assertThat(problem.severity()).isEqualTo(Health.DEGRADED);
                assertThat(problem.subject()).startsWith("gpu-01 ").contains(directory.toString());
                assertThat(problem.message())
                    .contains(
                        store.statistics().disks().getFirst().freeBytes() + " bytes are free",
                        floor + " shall be");
              });
    }
  }

  @Test
  void a_spent_budget_is_told() throws Exception {
    spent = List.of("/models: budget.bytesPerDay is 7, this node's share 7, and 7 bytes came");
    try (BlockStore store = store(0)) {
      assertThat(of(store).now())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.code()).isEqualTo("budget_spent");
                assertThat(problem.severity()).isEqualTo(Health.READERS_AFFECTED);
                assertThat(problem.message()).isEqualTo(spent.getFirst());
              });
    }
  }

  @Test
  void nothing_is_wrong_with_a_disk_that_has_its_floor_free() throws Exception {
    try (BlockStore store = store(0)) {
      assertThat(of(store).now()).isEmpty();
    }
  }
}
