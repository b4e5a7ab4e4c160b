package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockring.demo.SampleFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A full disk costs no reader a byte or an error: what cannot be kept is read through, and told.
 */
class FullDiskIT {
  private static final double SCALE = 0.2;
  private static final int THREADS = 6;
  private static final int CHUNK_BYTES = 1 << 20;

  @Test
  void reads_go_on_when_the_disk_is_full(@TempDir Path directory) throws Exception {
    Path disk = Files.createDirectories(directory.resolve("node-1").resolve("blocks"));
    assumeTrue(mountedSmall(disk, "96m"), "no right to mount a small file system");
    try {
      SampleFiles samples = new SampleFiles(Seed.of("FullDiskIT").value(), SCALE);
      try (Stage stage = Stage.open(directory, samples.all(), plan -> plan, 1)) {
        readEverything(stage, samples);
        fill(disk.resolve("ballast"));
        readEverything(stage, samples);
        double unkept =
            stage.metric(1, "blockring_fill_unstored_total")
                + stage.metric(1, "blockring_store_refused_blocks_total");
        System.out.println("FullDiskIT: blocks not kept: " + (long) unkept);
        stage.complaints().forEach(line -> System.out.println("FullDiskIT: " + line));
        assertThat(unkept).as("blocks that were not kept, as the metrics tell").isPositive();
        assertThat(stage.complaints()).as("errors in the log").noneMatch(FullDiskIT::isError);
      }
    } finally {
      run("umount", "-l", disk.toString());
    }
  }

  @Test
  void a_node_does_not_start_without_room_for_its_state(@TempDir Path directory) throws Exception {
    Path disk = Files.createDirectories(directory.resolve("full"));
    assumeTrue(mountedSmall(disk, "64k"), "no right to mount a small file system");
    try {
      fill(disk.resolve("ballast"));
      NodeRun run =
          NodeRun.refused(
              directory.resolve("node"), "", "--node.stateDir=" + disk.resolve("state"));
      ErrorsPage.read().assertTells("full state directory", run.output(), "exit " + run.status());
    } finally {
      run("umount", "-l", disk.toString());
    }
  }

  private static void readEverything(Stage stage, SampleFiles samples) throws Exception {
    List<S3Reads> readers = stage.s3Readers(Stage.MOUNT);
    Storm.read(readers, THREADS, 1, samples.all());
    for (S3Reads reader : readers) {
      assertThat(reader.findings().wrong()).as("wrong bytes").isEmpty();
      assertThat(reader.findings().errors()).as("errors").isEmpty();
      reader.close();
    }
  }

  private static boolean isError(String logLine) {
    return logLine.contains(" ERROR ");
  }

  private static void fill(Path ballast) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(chunk);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static boolean mountedSmall(Path directory, String size) throws Exception {
    return run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString()) == 0;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).as(command[0] + " ended").isTrue();
    return process.exitValue();
  }
}
