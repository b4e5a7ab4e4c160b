package io.blockring.mount;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts this program once more, to stay; waits until it serves or has said why it cannot. */
final class Background {
  /** What it says on its standard output once the mount answers. */
  static final String READY = "ready";

  private final String[] arguments;
  private final Target target;
  private final Path log;

  Background(String[] arguments, Target target, @Nullable Path log) {
    this.arguments = arguments;
    this.target = target;
    this.log = log != null ? log.toAbsolutePath() : defaultLog(target);
  }

  /** Prints one line and returns when it serves. */
  void start() throws MountFailure, InterruptedException {
    try {
      long before = Files.exists(log) ? Files.size(log) : 0;
      Process process =
          new ProcessBuilder(command())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      String first = firstLine(process);
      if (READY.equals(first)) {
        System.out.println(
            target.source().substring("blockring:".length())
                + " is mounted at "
                + target
                + " (process "
                + process.pid()
                + ", log "
                + log
                + ")");
        return;
      }
      int code = process.waitFor();
      throw new MountFailure(status(code), reason(before));
    } catch (IOException e) {
      throw new MountFailure(
          ExitStatus.INTERNAL, "the background process does not start: " + e.getMessage(), e);
    }
  }

  private static @Nullable String firstLine(Process process) throws IOException {
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return said.readLine();
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Mount.class.getName()));
    command.addAll(List.of(arguments));
    command.add("--in-background");
    return command;
  }

  /** The last line that the process wrote before it ended says what was wrong. */
  private String reason(long before) throws IOException {
    byte[] all = Files.readAllBytes(log);
    String said =
        new String(all, (int) before, (int) (all.length - before), StandardCharsets.UTF_8);
    String last = "";
    for (String line : said.lines().toList()) {
      if (line.startsWith(Mount.PREFIX)) {
        last = line.substring(Mount.PREFIX.length());
      }
    }
    return last.isEmpty() ? "the background process died; its log is " + log : last;
  }

  private static ExitStatus status(int code) {
    for (ExitStatus status : ExitStatus.values()) {
      if (status.code() == code && status != ExitStatus.OK) {
        return status;
      }
    }
    return ExitStatus.INTERNAL;
  }

  private static Path defaultLog(Target target) {
    Path logs = Path.of("/var/log");
    Path folder =
        Files.isWritable(logs) ? logs : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    return folder.resolve("blockring-mount" + target.toString().replace('/', '-') + ".log");
  }
}
