package io.blockring.cachectl;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * What surrounds the process.
 *
 * @param out text; errors of it are found at the end of the command
 * @param bytes the same place as {@code out}, for objects
 * @param isTerminal someone watches {@code err}, so a line may be redrawn
 */
public record Environment(
    Map<String, String> variables,
    PrintStream out,
    OutputStream bytes,
    PrintStream err,
    boolean isTerminal,
    Pause pause) {

  /** Waits; tests do not. */
  @FunctionalInterface
  public interface Pause {
    void pause(Duration length) throws InterruptedException;
  }

  /** The real one. The launcher knows about the terminal: asking here would load a console. */
  static Environment ofProcess() {
    FileOutputStream standardOutput = new FileOutputStream(FileDescriptor.out);
    return new Environment(
        System.getenv(),
        new PrintStream(standardOutput, false, StandardCharsets.UTF_8),
        standardOutput,
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Boolean.getBoolean("cachectl.terminal"),
        Thread::sleep);
  }

  /** Empty when it is not set. */
  public String variable(String name) {
    return variables.getOrDefault(name, "");
  }
}
