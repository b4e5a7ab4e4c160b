package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.Await;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.LocalNode;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.OriginTraffic;
import io.blockring.demo.SampleFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where two members keep each block the bucket is read once, and losing one of them costs at most a
 * hundredth of what it had.
 */
class ReplicasIT {
  private static final double SCALE = 0.12;
  private static final int THREADS = 8;
  private static final Duration COPIED = Duration.ofSeconds(60);

  @Test
  void a_killed_node_costs_the_bucket_nothing(@TempDir Path directory) throws Exception {
    Seed seed = Seed.of("ReplicasIT");
    SampleFiles samples = new SampleFiles(seed.value(), SCALE);
    try (Stage stage = Stage.open(directory, samples.all(), ReplicasIT::withTwo, 1, 1, 1, 1, 1)) {
      readAll(stage, samples);
      OriginTraffic cold = stage.bucket().proxy().traffic();
      System.out.printf(
          "ReplicasIT: cold: the bucket sent %.3f of the files' bytes%n",
          (double) cold.bytes(Operation.GET) / samples.bytes());
      Await.until(
          "every block is there twice",
          COPIED,
          () -> {
            long kept = kept(stage);
            return kept >= 2 * samples.bytes() ? null : kept + " of " + 2 * samples.bytes();
          });
      OriginTraffic copied = stage.bucket().proxy().traffic();
      assertThat(copied.bytes(Operation.GET)).isLessThanOrEqualTo(samples.bytes() * 103 / 100);

      LocalNode victim = stage.node(3);
      long lost = Residency.of(victim).bytes();
      victim.kill();
      readAll(stage, samples);
      OriginTraffic after = stage.bucket().proxy().traffic().since(copied);
      System.out.printf(
          "ReplicasIT: %,d bytes lost with a node, the bucket sent %,d%n",
          lost, after.bytes(Operation.GET));
      assertThat(after.bytes(Operation.GET)).isLessThanOrEqualTo(lost / 100);
    }
  }

  private static ClusterPlan withTwo(ClusterPlan plan) {
    ClusterPlan.MountPlan models = Objects.requireNonNull(plan.mounts().get(Stage.MOUNT));
    return plan.withMount(Stage.MOUNT, models.with("replicas", "2"));
  }

  private static long kept(Stage stage) {
    try {
      long bytes = 0;
      for (LocalNode node : stage.nodes()) {
        bytes += Residency.of(node).bytes();
      }
      return bytes;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void readAll(Stage stage, SampleFiles samples) throws Exception {
    try (JavaReads reader = new JavaReads(stage.nodes(), Stage.MOUNT)) {
      Storm.read(List.of(reader), THREADS, 1, samples.all());
      assertThat(reader.findings().wrong()).isEmpty();
      assertThat(reader.findings().errors()).isEmpty();
    }
  }
}
