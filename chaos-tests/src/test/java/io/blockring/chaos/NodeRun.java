package io.blockring.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node process that was started to see it refuse.
 *
 * @param status its exit status
 * @param output both of its streams
 */
record NodeRun(int status, String output) {
  private static final long SECONDS = 60;

  /**
   * Starts a node on free ports and waits for its end.
   *
   * @param directory for what it keeps and says
   * @param shell a line for sh, run before the node in its process; may be empty
   */
  static NodeRun refused(Path directory, String shell, String... flags)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path log = directory.resolve("output");
    List<String> command = new ArrayList<>(List.of("sh", "-c", shell + "\nexec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), "io.blockring.node.Node"));
    command.addAll(List.of("--node.stateDir=" + directory.resolve("state")));
    for (String port : List.of("ports.s3", "ports.blocks", "ports.control", "ports.admin")) {
      command.add("--" + port + "=0");
    }
    command.addAll(List.of("--cluster.port=0", "--limits.connections=200"));
    command.addAll(List.of(flags));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("BLOCKRING_"));
    Process process = builder.redirectOutput(log.toFile()).start();
    boolean isEnded = process.waitFor(SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();
    String output = Files.readString(log);
    if (!isEnded) {
      throw new IllegalStateException("a node that must not start still runs:\n" + output);
    }
    return new NodeRun(process.exitValue(), output);
  }
}
