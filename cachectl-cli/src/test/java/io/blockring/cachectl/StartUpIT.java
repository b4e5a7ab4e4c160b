package io.blockring.cachectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar as a process of its own, with the launch script's flags: it works, and how long it takes
 * is printed. The time depends on the machine, so nothing is asserted of it.
 */
class StartUpIT {
  private static final int RUNS = 10;

  @TempDir Path directory;

  private int run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:disable"));
    command.add("-XX:+AutoCreateSharedArchive");
    command.add("-XX:SharedArchiveFile=" + directory.resolve("cachectl.jsa"));
    command.addAll(List.of("-jar", "target/cachectl-cli.jar"));
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private void report(String name, int expectedCode, String... arguments)
      throws IOException, InterruptedException {
    assertThat(run(arguments)).as("the run that leaves the archive").isEqualTo(expectedCode);
    long[] millis = new long[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long startNanos = System.nanoTime();
      assertThat(run(arguments)).isEqualTo(expectedCode);
      millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
    Arrays.sort(millis);
    System.out.printf(
        "start-up of cachectl %s: median %d ms, %d to %d ms, of %d runs%n",
        name, millis[RUNS / 2], millis[0], millis[RUNS - 1], RUNS);
  }

  @Test
  void the_jar_starts_and_reports_its_time() throws IOException, InterruptedException {
    report("--help", 0, "--help");
    try (FakeNode node = new FakeNode()) {
      report("status", 1, "status", "--address", node.address());
    }
  }
}
