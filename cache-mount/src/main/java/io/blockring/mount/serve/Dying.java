package io.blockring.mount.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntPredicate;

/**
 * Whether a process is being killed. Only then may its read be broken off: to one that merely got a
 * signal, EINTR from a file would be news, and SIGBUS from a map the end.
 */
final class Dying implements IntPredicate {
  private static final long SIGKILL_BIT = 1L << 8;

  @Override
  public boolean test(int processId) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", "" + processId, "status"))) {
        if ((line.startsWith("SigPnd:") || line.startsWith("ShdPnd:"))
            && (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGKILL_BIT) != 0) {
          return true;
        }
      }
      return false;
    } catch (IOException | NumberFormatException e) {
      // It is not in our sight: let the request's own deadline end it.
      return false;
    }
  }
}
