package io.blockring.node.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files this process may have open at once. */
public record OpenFileLimit(long files) {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String LINE = "Max open files";

  /** The limit in force now; the JVM has raised it to the hard limit by itself. */
  public static OpenFileLimit read() throws StartException {
    try {
      return parse(Files.readString(LIMITS));
    } catch (IOException e) {
      throw new StartException(LIMITS + " cannot be read: " + e.getMessage(), e);
    }
  }

  static OpenFileLimit parse(String limits) throws StartException {
    for (String line : limits.split("\n")) {
      if (line.startsWith(LINE)) {
        String soft = line.substring(LINE.length()).strip().split("\\s+")[0];
        return new OpenFileLimit(soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft));
      }
    }
    throw new StartException(LIMITS + " has no line '" + LINE + "'");
  }

  /**
   * Refuses to start on too few.
   *
   * @param needed see {@link NodeSettings#openFilesNeeded}
   */
  public void require(long needed) throws StartException {
    if (files < needed) {
      throw new StartException(
          "this process may open "
              + files
              + " files, but may need "
              + needed
              + ": raise the limit (ulimit -n "
              + needed
              + ", LimitNOFILE="
              + needed
              + ") or lower limits.connections");
    }
  }
}
