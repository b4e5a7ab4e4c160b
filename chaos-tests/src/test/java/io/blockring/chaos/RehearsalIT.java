package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.rehearsal.Rehearsal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What {@code docker/} ships works without Docker: built as the Dockerfile says, run as the compose
 * file says. The report names what was not run.
 */
class RehearsalIT {
  private static final Path REPOSITORY = Path.of("..");

  @Test
  void the_image_and_the_compose_file_make_a_cluster_that_reads_right() throws Exception {
    for (String module : List.of("cache-node", "cachectl-cli", "demo")) {
      Path jar = REPOSITORY.resolve(module).resolve("target").resolve(module + ".jar");
      Assumptions.assumeTrue(Files.exists(jar), jar + " is not built");
    }
    // Not JUnit's: the image's user must be able to enter it.
    Path work = Files.createTempDirectory("blockring-rehearsal");
    try {
      List<String> report = Rehearsal.run(System.out, REPOSITORY, work);
      assertThat(report)
          .anyMatch(line -> line.startsWith("ran: node-3"))
          .anyMatch(line -> line.startsWith("stand-in: s3"))
          .anyMatch(line -> line.startsWith("not run: grafana"));
    } finally {
      try (Stream<Path> files = Files.walk(work)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }
}
