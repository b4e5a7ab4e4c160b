package io.blockring.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Kills processes when this one dies in whatever way, also by SIGKILL, which runs no shutdown hook.
 * A shell waits for the end of its input, which only this process holds open, and is told which
 * ones. It forgets a process that has ended once another is told, so that it kills no stranger who
 * got the number.
 */
public final class ProcessGuard implements AutoCloseable {
  private static final String WAIT_AND_KILL =
      """
      trap '' INT TERM HUP
      pids=
      while read -r pid; do
        alive=
        for known in $pids; do
          if kill -0 "$known"; then alive="$alive $known"; fi
        done
        pids="$alive $pid"
      done
      if [ -n "$pids" ]; then kill -KILL $pids; fi
      """;

  private final Process shell;

  private ProcessGuard(Process shell) {
    this.shell = shell;
  }

  public static ProcessGuard start() throws IOException {
    return new ProcessGuard(
        new ProcessBuilder("sh", "-c", WAIT_AND_KILL)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** From now on it dies with this process. */
  public synchronized void guards(Process process) throws IOException {
    OutputStream input = shell.getOutputStream();
    input.write((process.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
    input.flush();
  }

  /** Guards nothing any more, and kills nothing: the caller has ended what it started. */
  @Override
  public void close() {
    shell.destroyForcibly();
  }
}
