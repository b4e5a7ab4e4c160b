package io.blockring.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.BudgetedOrigin;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginBudget;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.node.fill.FakeOrigin;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetsTest {
  private static final int BLOCK = 1_000;
  private static final MountId ID = MountId.of("s3://b/", "", 1 << 20, "auto");
  @TempDir Path directory;

  @Test
  void a_days_bytes_are_counted_on_after_a_restart() throws Exception {
    Path file = directory.resolve("budgets");
    try (Budgets budgets = new Budgets()) {
      Origin origin = budgeted(budgets);
      budgets.keep(file);
      read(origin, 1_000);
      assertThat(budgets.spent()).isEmpty();
    }
    try (Budgets budgets = new Budgets()) {
      Origin origin = budgeted(budgets);
      budgets.keep(file);
      assertThat(budgets.all().getFirst().budget().spent().bytes()).isEqualTo(1_000);
      read(origin, 600);
      assertThat(budgets.spent()).singleElement().asString().contains("1600 bytes came");
      budgets.shareIs(() -> 2);
      assertThat(budgets.spent()).isEmpty();
    }
  }

  @Test
  void a_damaged_file_counts_from_0() throws Exception {
    Path file = Files.writeString(directory.resolve("budgets"), "nonsense\n");
    try (Budgets budgets = new Budgets()) {
      Origin origin = budgeted(budgets);
      budgets.keep(file);
      read(origin, 7);
    }
    assertThat(file).content().startsWith(ID + " ").endsWith(" 7\n");
  }

  private static Origin budgeted(Budgets budgets) {
    FakeOrigin bucket = new FakeOrigin();
    bucket.put("k", "\"1\"", FakeOrigin.content(1, 10_000));
    OriginBudget budget =
        budgets.open(
            "models", ID, BLOCK, new OriginBudget.Limits(0, 2_500, 0), new OriginCounters());
    return new BudgetedOrigin(bucket, budget);
  }

  private static void read(Origin origin, int bytes) throws OriginException {
    FakeOrigin same = new FakeOrigin();
    same.put("k", "\"1\"", FakeOrigin.content(1, 10_000));
    Version version = same.version(new ObjectName(ID, "k"), 1 << 20);
    try (Origin.Body body =
        origin
            .askedFor(() -> TrafficClass.WARM_UP)
            .getRange(
                "k",
                version.identity(),
                version.size(),
                0,
                bytes,
                System.nanoTime() + 5_000_000_000L)) {
      ByteBuffer target = ByteBuffer.allocate(bytes);
      while (target.hasRemaining()) {
        body.read(target);
      }
    }
  }
}
