package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.Await;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.LocalNode;
import io.blockring.demo.OriginFault;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.SampleFile;
import io.blockring.demo.SampleFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes killed while they fill leave nothing wrong behind: after their restart every byte of every
 * file is right.
 *
 * <p>Each round reads a mount of its own, with blocks of another size, so that all of it is cold.
 * The last round kills all nodes at once.
 */
class FillsKilledIT {
  private static final double SCALE = 0.05;
  private static final List<String> BLOCKS = List.of("1MiB", "2MiB", "4MiB");
  private static final int THREADS_EACH = 3;
  private static final int THREADS = 8;
  private static final Duration WITHIN = Duration.ofSeconds(60);

  /** Holds every answer of the bucket up, so that many fills run at any moment. */
  private static final OriginFault SLOW = new OriginFault.Delay(Duration.ofMillis(30));

  @Test
  void nothing_wrong_survives_a_kill_during_fills(@TempDir Path directory) throws Exception {
    Seed seed = Seed.of("FillsKilledIT");
    RandomGenerator choices = seed.choices(-1);
    SampleFiles samples = new SampleFiles(seed.value(), SCALE);
    try (Stage stage = Stage.open(directory, samples.all(), FillsKilledIT::mounts, 1, 2, 3)) {
      for (int round = 0; round < BLOCKS.size(); round++) {
        long moment = choices.nextLong(samples.bytes() / 20, samples.bytes() / 2);
        List<LocalNode> victims =
            round == BLOCKS.size() - 1
                ? stage.nodes()
                : List.of(stage.node(1 + choices.nextInt(stage.nodes().size())));
        stage.bucket().proxy().breakWith(_ -> SLOW);
        killDuringFills(stage, mount(round), samples, seed, moment, victims);
        stage.bucket().proxy().heal();
        restart(stage, victims);
        readEverything(stage, mount(round), samples);
      }
      for (int round = 0; round < BLOCKS.size(); round++) {
        readEverything(stage, mount(round), samples);
      }
    }
  }

  private static String mount(int round) {
    return "models-" + round;
  }

  private static ClusterPlan mounts(ClusterPlan plan) {
    MountPlan models = Objects.requireNonNull(plan.mounts().get(Stage.MOUNT));
    ClusterPlan changed = plan;
    for (int round = 0; round < BLOCKS.size(); round++) {
      changed = changed.withMount(mount(round), models.with("blockBytes", BLOCKS.get(round)));
    }
    return changed;
  }

  private static void killDuringFills(
      Stage stage,
      String mount,
      SampleFiles samples,
      Seed seed,
      long moment,
      List<LocalNode> victims)
      throws Exception {
    long before = fromBucket(stage);
    List<S3Reads> readers = stage.s3Readers(mount);
    try (Load load = Load.start(readers, THREADS_EACH, List.copyOf(samples.all()), seed)) {
      Await.until(
          "the bucket has given " + moment + " bytes",
          WITHIN,
          () -> {
            long given = fromBucket(stage) - before;
            return given >= moment ? null : given + " so far";
          });
      for (LocalNode victim : victims) {
        victim.kill();
      }
      load.stop();
    }
    System.out.printf(
        "FillsKilledIT: /%s: killed %s after %,d bytes of fills%n",
        mount, victims.stream().map(LocalNode::name).toList(), moment);
    for (S3Reads reader : readers) {
      assertThat(reader.findings().wrong()).as("wrong bytes during the kill").isEmpty();
      reader.close();
    }
  }

  private static void restart(Stage stage, List<LocalNode> victims)
      throws IOException, InterruptedException {
    for (LocalNode victim : victims) {
      victim.start();
    }
    stage.awaitOneRing();
  }

  private static void readEverything(Stage stage, String mount, SampleFiles samples)
      throws InterruptedException {
    List<S3Reads> readers = stage.s3Readers(mount);
    List<SampleFile> files = new ArrayList<>(samples.all());
    Storm.read(readers, THREADS, 1, files);
    for (S3Reads reader : readers) {
      assertThat(reader.findings().wrong()).as("wrong bytes after the restart").isEmpty();
      assertThat(reader.findings().errors()).as("errors after the restart").isEmpty();
      reader.close();
    }
  }

  private static long fromBucket(Stage stage) {
    return stage.bucket().proxy().traffic().bytes(Operation.GET);
  }
}
