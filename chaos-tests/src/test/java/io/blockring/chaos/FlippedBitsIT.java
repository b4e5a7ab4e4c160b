package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.LocalNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A bit that turns over on a node's disk, under the running node or while it is down, never reaches
 * a reader: the block is counted, dropped and fetched again.
 */
@ExtendWith(SharedStage.class)
class FlippedBitsIT {
  private static final int EVERY_BYTES = 512 * 1024;
  private static final Duration STOP = Duration.ofSeconds(10);

  @Test
  void a_flipped_bit_is_found_and_the_block_fetched_again(Stage stage) throws Exception {
    LocalNode stopped = stage.node(2);
    try (Scenario scenario =
        Scenario.on(
            stage,
            "FlippedBits",
            "a bit in each 512 kB of the disks, of node-2's while it is down")) {
      scenario.giveSecondEndpoint(stopped, stage.node(1));
      RandomGenerator choices = scenario.choices();
      double before = corrupt(stage);
      Outcome outcome =
          scenario.play(
              new Fault(
                  () -> {
                    stopped.terminate(STOP);
                    for (LocalNode node : stage.nodes()) {
                      flip(node, choices);
                    }
                    stopped.start();
                  },
                  () -> flip(stage.node(1), choices)));
      double found = corrupt(stage) - before;
      System.out.println("FlippedBits: blocks found corrupt: " + (long) found);
      assertThat(found).as("corrupt blocks that were counted").isPositive();
      assertThat(outcome.hitErrors()).as("errors of hits").isEmpty();
      assertThat(outcome.coldErrors()).as("errors of fills").isEmpty();
      assertThat(outcome.longestWait()).isLessThan(Duration.ofSeconds(15));
    }
  }

  private static double corrupt(Stage stage) throws Exception {
    double blocks = 0;
    for (int node = 1; node <= stage.nodes().size(); node++) {
      blocks += stage.metric(node, "blockring_store_corrupt_blocks_total");
    }
    return blocks;
  }

  private static void flip(LocalNode node, RandomGenerator choices) throws IOException {
    List<Path> files;
    try (var all = Files.walk(node.directory().resolve("blocks"))) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
        for (long at = 0; at < bytes.length(); at += EVERY_BYTES) {
          long where = at + choices.nextLong(Math.min(EVERY_BYTES, bytes.length() - at));
          bytes.seek(where);
          int old = bytes.read();
          bytes.seek(where);
          bytes.write(old ^ 1 << choices.nextInt(8));
        }
      }
    }
  }
}
