package io.blockring.mount.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is mounted in this process's view, from {@code /proc/self/mountinfo}. */
public final class MountTable {
  /** Of all mounts made here. */
  public static final String TYPE = "fuse.blockring";

  private static final Path TABLE = Path.of("/proc/self/mountinfo");

  /**
   * One mount.
   *
   * @param device {@code major:minor}
   * @param source what was mounted, as {@code blockring:/models}
   */
  public record Mounted(String device, String target, String type, String source) {
    public boolean isOurs() {
      return type.equals(TYPE);
    }
  }

  private MountTable() {}

  /**
   * What is mounted at exactly this directory, the topmost of several.
   *
   * @param target absolute, without symbolic links
   */
  public static @Nullable Mounted at(Path target) throws IOException {
    return at(Files.readAllLines(TABLE), target.toString());
  }

  static @Nullable Mounted at(List<String> table, String target) {
    Mounted last = null;
    for (String line : table) {
      Mounted mounted = parse(line);
      if (mounted.target().equals(target)) {
        last = mounted;
      }
    }
    return last;
  }

  /** See proc(5): the fields after the hyphen come after a varying number of optional ones. */
  private static Mounted parse(String line) {
    String[] fields = line.split(" ", -1);
    int hyphen = 6;
    while (!fields[hyphen].equals("-")) {
      hyphen++;
    }
    return new Mounted(
        fields[2], unescape(fields[4]), fields[hyphen + 1], unescape(fields[hyphen + 2]));
  }

  private static String unescape(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
