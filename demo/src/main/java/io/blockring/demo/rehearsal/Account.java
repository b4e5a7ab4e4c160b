package io.blockring.demo.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who runs the services: the image's uid where we may become it, else ourselves. */
final class Account {
  private final Path javaHome;
  private final String path;
  private final List<String> prefix;
  private final String user;

  private Account(Path javaHome, String path, List<String> prefix, String user) {
    this.javaHome = javaHome;
    this.path = path;
    this.prefix = prefix;
    this.user = user;
  }

  /**
   * @param user uid and gid of the image
   */
  static Account of(String user) throws IOException, InterruptedException {
    Path javaHome = Path.of(System.getProperty("java.home"));
    String path =
        javaHome.resolve("bin") + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    String[] ids = user.split(":", -1);
    List<String> prefix =
        List.of("setpriv", "--reuid=" + ids[0], "--regid=" + ids[1], "--clear-groups", "--");
    Account other = new Account(javaHome, path, prefix, user);
    boolean mayBecome = other.run(List.of(javaHome.resolve("bin/java").toString(), "-version"));
    return mayBecome ? other : new Account(javaHome, path, List.of(), "");
  }

  private boolean run(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(as(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no setpriv on this machine
    }
  }

  /** For the report. */
  String describe() {
    return user.isEmpty()
        ? "as the user who runs this, which may not become the image's uid"
        : "as uid:gid " + user + ", like the image";
  }

  List<String> as(List<String> command) {
    List<String> words = new ArrayList<>(prefix);
    words.addAll(command);
    return words;
  }

  /** Gives a directory to whom the services run as. */
  void own(Path directory) throws IOException, InterruptedException {
    if (!user.isEmpty()) {
      Process chown =
          new ProcessBuilder("chown", "-R", user, directory.toString()).inheritIO().start();
      if (chown.waitFor() != 0) {
        throw new IOException(directory + " could not be given to " + user);
      }
    }
  }

  Path javaHome() {
    return javaHome;
  }

  String path() {
    return path;
  }

  Optional<Path> onPath(String program) {
    for (String directory : path.split(":", -1)) {
      Path file = Path.of(directory, program);
      if (Files.isExecutable(file) && !Files.isDirectory(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
