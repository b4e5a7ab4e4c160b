package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessGuardIT {

  /** Run as a process of its own: guards one that sleeps, tells its number, and stays. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] arguments) throws Exception {
      ProcessGuard guard = ProcessGuard.start();
      Process ended = new ProcessBuilder("true").start();
      guard.guards(ended);
      ended.waitFor();
      Process sleeps = new ProcessBuilder("sleep", "600").start();
      guard.guards(sleeps);
      System.out.println(sleeps.pid());
      sleeps.waitFor();
      guard.close();
    }
  }

  @Test
  void what_it_guards_dies_with_a_process_that_is_killed() throws Exception {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName())
            .start();
    ProcessHandle sleeps;
    try (var said = owner.inputReader()) {
      sleeps = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
    } finally {
      assertThat(owner.isAlive()).isTrue();
      owner.destroyForcibly();
    }
    Await.until(
        "the guarded process has ended",
        Duration.ofSeconds(20),
        () -> sleeps.isAlive() ? "it lives" : null);
  }
}
