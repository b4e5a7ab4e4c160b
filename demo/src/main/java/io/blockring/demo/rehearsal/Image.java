package io.blockring.demo.rehearsal;

import io.blockring.demo.rehearsal.Dockerfile.Instruction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stage of the Dockerfile in a directory of its own.
 *
 * @param root stands for the image's {@code /}
 * @param environment of its ENV lines
 * @param user uid and gid, as {@code 10001:10001}
 * @param paths of the image that lie below the root
 */
record Image(
    Path root,
    Map<String, String> environment,
    String user,
    List<String> entryPoint,
    List<String> command,
    List<String> healthCheck,
    List<String> paths) {
  private static final Pattern ASSIGNMENT = Pattern.compile("(\\w+)=(\"([^\"]*)\"|\\S+)");
  private static final String FROM_BUILD = "--from=build ";
  private static final String SOURCES = "/src/";

  /**
   * Performs a stage: copies what it copies, makes the directories it makes.
   *
   * @param built stands for the {@code /} of the build stage, but for its sources
   * @param sources the repository, built
   */
  static Image of(
      Dockerfile.Stage stage, Path root, Path built, Path sources, List<String> notPerformed)
      throws IOException, InterruptedException {
    Map<String, String> environment = new LinkedHashMap<>();
    for (Instruction each : stage.all("ENV")) {
      Matcher pair = ASSIGNMENT.matcher(each.arguments());
      while (pair.find()) {
        environment.put(pair.group(1), pair.group(3) == null ? pair.group(2) : pair.group(3));
      }
    }
    for (Instruction each : stage.all("RUN")) {
      run(stage.name(), each.arguments(), root, notPerformed);
    }
    List<String> paths = new java.util.ArrayList<>();
    for (Instruction each : stage.all("COPY")) {
      if (!each.arguments().startsWith(FROM_BUILD)) {
        throw new IOException(stage.name() + ": only COPY --from=build is known: " + each);
      }
      String[] names = each.arguments().substring(FROM_BUILD.length()).split("\\s+", -1);
      Path from =
          names[0].startsWith(SOURCES)
              ? sources.resolve(names[0].substring(SOURCES.length()))
              : built.resolve(names[0].substring(1));
      copy(from, root.resolve(names[1].substring(1)));
      paths.add(names[1]);
    }
    List<Instruction> checks = stage.all("HEALTHCHECK");
    List<Instruction> commands = stage.all("CMD");
    return new Image(
        root,
        environment,
        stage.last("USER").arguments(),
        stage.last("ENTRYPOINT").words(),
        commands.isEmpty() ? List.of() : commands.getLast().words(),
        checks.isEmpty() ? List.of() : healthCheck(checks.getLast()),
        paths);
  }

  private static List<String> healthCheck(Instruction check) throws IOException {
    String arguments = check.arguments();
    return new Instruction("CMD", arguments.substring(arguments.indexOf("CMD ") + 4)).words();
  }

  /** {@code install -d} is done below the root; accounts are not made on somebody's machine. */
  private static void run(String stage, String line, Path root, List<String> notPerformed)
      throws IOException, InterruptedException {
    if (!line.startsWith("install -d ")) {
      notPerformed.add(stage + ": RUN " + line);
      return;
    }
    for (String word : line.split("\\s+", -1)) {
      if (word.startsWith("/")) {
        Files.createDirectories(root.resolve(word.substring(1)));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException, InterruptedException {
    Files.createDirectories(to.getParent());
    Process copy =
        new ProcessBuilder("cp", "-R", from.toString(), to.toString()).inheritIO().start();
    if (copy.waitFor() != 0) {
      throw new IOException(from + " could not be copied to " + to);
    }
  }
}
