package io.blockring.benchmarks.neighbour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link Victim} as a process, on a processor of its own where there is more than one. */
final class VictimProcess implements AutoCloseable {
  private final Path file;
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream questions;

  /** What its steps took, in microseconds. */
  record Steps(long p50, long p99, long max) {}

  VictimProcess(Path file) throws IOException {
    this.file = file;
    List<String> command = new ArrayList<>();
    int processors = Runtime.getRuntime().availableProcessors();
    command.addAll(List.of("taskset", "-c", System.getProperty("victim.processor", "1")));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), Victim.class.getName()));
    command.add(file.toString());
    System.out.println("processors for node and load: " + processors);
    this.process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    if (!"ready".equals(answers.readLine())) {
      throw new IOException("the victim did not start");
    }
  }

  /** Lets it step for so long. */
  Steps step(long millis) throws IOException {
    questions.println(millis);
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the victim has ended");
    }
    String[] parts = line.split(" ");
    return new Steps(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
  }

  /** Bytes of its file that are in the page cache. */
  long residentBytes() throws IOException, InterruptedException {
    Process fincore =
        new ProcessBuilder("fincore", "--bytes", "--noheadings", "-o", "RES", file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(fincore.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    fincore.waitFor(10, TimeUnit.SECONDS);
    return Long.parseLong(said.strip());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
