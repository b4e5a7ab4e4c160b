package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.demo.ClusterPlan.MountPlan;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterIT {
  private static final Duration READY = Duration.ofSeconds(120);

  @Test
  void a_node_can_be_killed_restarted_paused_and_stopped(@TempDir Path directory) throws Exception {
    Path data = directory.resolve("data");
    new SampleFiles(4, 0.001).writeTo(data, _ -> {});
    ClusterPlan plan =
        ClusterPlan.ofWeights(1)
            .withMount("data", new MountPlan("file://" + data, Map.of()))
            .withStoreBudget("256MiB");
    try (LocalCluster cluster = LocalCluster.start(directory, plan)) {
      LocalNode node = cluster.node(1);
      node.awaitReady(READY);
      assertThat(node.rssBytes()).isBetween(20L << 20, 4L << 30);
      assertThat(node.cpuTime()).isPositive();
      readsRight(node);

      node.kill();
      assertThat(node.isRunning()).isFalse();
      assertThatThrownBy(node::rssBytes).hasMessage("node-1 does not run");
      node.start();
      node.awaitReady(READY);
      readsRight(node);

      node.pause();
      assertThatThrownBy(() -> node.awaitReady(Duration.ofMillis(1)))
          .hasMessageContaining("/readyz does not answer");
      node.resume();
      node.awaitReady(READY);

      assertThat(node.terminate(Duration.ofSeconds(10))).isIn(0, 143);
    }
  }

  @Test
  void a_node_that_cannot_start_says_why_in_the_message(@TempDir Path directory) throws Exception {
    ClusterPlan plan = ClusterPlan.ofWeights(1).withSetting("memory.sise", "1MiB");
    try (LocalCluster cluster = LocalCluster.start(directory, plan)) {
      assertThatThrownBy(() -> cluster.awaitReady(READY))
          .hasMessageContaining("node-1 ended with status")
          .hasMessageContaining("memory.size");
    }
  }

  private static void readsRight(LocalNode node) throws Exception {
    SampleFiles samples = new SampleFiles(4, 0.001);
    SampleFile file = samples.under("datasets/").getFirst();
    try (S3Reader reader = new S3Reader(node.s3Endpoint())) {
      ByteBuffer bytes = reader.read("data", file.path(), 0, (int) file.size()).bytes();
      assertThat(samples.verify(file.path(), 0, bytes)).isNull();
    }
  }
}
