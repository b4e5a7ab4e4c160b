package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.LocalNode;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.OriginTraffic;
import io.blockring.demo.SampleFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node killed under load costs no reader an error or a wrong byte, and brings its blocks back.
 *
 * <p>Readers that know only the killed node's S3 endpoint have nobody to ask; those that were given
 * a second one go on there.
 */
class KilledNodeIT {
  private static final double SCALE = 0.12;
  private static final int THREADS_EACH = 2;
  private static final int READS = 25;
  private static final Duration WITHIN = Duration.ofSeconds(90);

  @Test
  void nobody_notices_a_killed_node_and_it_returns_with_its_blocks(@TempDir Path directory)
      throws Exception {
    Seed seed = Seed.of("KilledNodeIT");
    SampleFiles samples = new SampleFiles(seed.value(), SCALE);
    try (Stage stage = Stage.open(directory, samples.all(), plan -> plan, 1, 2, 3)) {
      LocalNode victim = stage.node(3);
      Residency.readAndSettle(stage, samples);
      Residency before = Residency.of(victim);

      S3Reads withTwoEndpoints =
          new S3Reads(
              "S3 of node-3, then node-1",
              Stage.MOUNT,
              victim.s3Endpoint(),
              stage.node(1).s3Endpoint());
      List<RangeReader> readers =
          List.of(
              new JavaReads(stage.nodes(), Stage.MOUNT),
              new S3Reads("S3 of node-1", Stage.MOUNT, stage.node(1).s3Endpoint()),
              new S3Reads("S3 of node-2", Stage.MOUNT, stage.node(2).s3Endpoint()),
              withTwoEndpoints);
      OriginTraffic whole = stage.bucket().proxy().traffic();
      try (Load load = Load.start(readers, THREADS_EACH, List.copyOf(samples.all()), seed)) {
        load.awaitMore(READS, WITHIN);
        victim.kill();
        load.awaitMore(READS, WITHIN);
        OriginTraffic absence = stage.bucket().proxy().traffic().since(whole);
        System.out.printf(
            "KilledNodeIT: while it is away: %,d bytes from the bucket in %,d GETs; %d reads took"
                + " the second endpoint%n",
            absence.bytes(Operation.GET),
            absence.requests(Operation.GET),
            withTwoEndpoints.switches());
        victim.start();
        stage.awaitOneRing();
        load.awaitMore(READS, WITHIN);
        load.stop();
      }
      assertUnharmed(readers);
      assertThat(withTwoEndpoints.switches()).as("the kill was felt").isPositive();
      assertThat(Residency.of(victim)).as("slots and blocks").isEqualTo(before);
      Residency.assertAllIsThere(stage, samples, "KilledNodeIT");
    }
  }

  private static void assertUnharmed(List<RangeReader> readers) {
    List<String> wrong = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (RangeReader reader : readers) {
      System.out.println("KilledNodeIT: " + reader.findings());
      wrong.addAll(reader.findings().wrong());
      errors.addAll(reader.findings().errors());
      reader.close();
    }
    assertThat(wrong).as("wrong bytes").isEmpty();
    assertThat(errors).as("errors").isEmpty();
  }
}
