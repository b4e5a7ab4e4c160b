package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGTERM under load ends a node within 10 s with status 0; it returns with its slots and blocks.
 */
class StopIT {
  private static final double SCALE = 0.06;
  private static final int THREADS_EACH = 2;
  private static final int READS = 20;
  private static final Duration WITHIN = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(10);

  @Test
  void a_stopped_node_keeps_its_slots_and_blocks(@TempDir Path directory) throws Exception {
    Seed seed = Seed.of("StopIT");
    SampleFiles samples = new SampleFiles(seed.value(), SCALE);
    try (Stage stage = Stage.open(directory, samples.all(), plan -> plan, 1, 2, 3)) {
      LocalNode node = stage.node(2);
      Residency.readAndSettle(stage, samples);
      Residency before = Residency.of(node);
      S3Reads onIt = new S3Reads("S3 of node-2", Stage.MOUNT, node.s3Endpoint());
      S3Reads beside = new S3Reads("S3 of node-3", Stage.MOUNT, stage.node(3).s3Endpoint());
      List<RangeReader> readers = List.of(onIt, beside, new JavaReads(stage.nodes(), Stage.MOUNT));
      try (Load load = Load.start(readers, THREADS_EACH, List.copyOf(samples.all()), seed)) {
        load.awaitMore(READS, WITHIN);
        long start = System.nanoTime();
        int status = node.terminate(STOP);
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println("StopIT: ended with status " + status + " after " + millis + " ms");
        assertThat(status).as("exit status after SIGTERM").isZero();
        load.awaitMore(READS, WITHIN);
        node.start();
        stage.awaitOneRing();
        load.stop();
      }
      for (RangeReader reader : readers) {
        System.out.println("StopIT: " + reader.findings());
        assertThat(reader.findings().wrong()).as("wrong bytes").isEmpty();
        if (reader != onIt) {
          assertThat(reader.findings().errors()).as("errors beside the stopped node").isEmpty();
        }
        reader.close();
      }
      assertThat(Residency.of(node)).as("slots and blocks").isEqualTo(before);
      Residency.assertAllIsThere(stage, samples, "StopIT");
    }
  }
}
