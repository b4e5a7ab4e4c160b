package io.blockring.benchmarks.hitpath;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processor time of processes, from {@code /proc}, and where they may run. */
final class Processor {
  private Processor() {}

  /** A process and those it has started. */
  static List<Long> family(ProcessHandle parent) {
    return Stream.concat(Stream.of(parent), parent.descendants()).map(ProcessHandle::pid).toList();
  }

  /** utime and stime of all of them, in steps of 10 ms. */
  static double seconds(List<Long> pids) throws IOException {
    double sum = 0;
    for (long pid : pids) {
      sum += seconds(Files.readString(Path.of("/proc/" + pid + "/stat")));
    }
    return sum;
  }

  /** What the JVM's compilers among their threads took: it fades away as a server gets older. */
  static double compilerSeconds(List<Long> pids) throws IOException {
    double sum = 0;
    for (long pid : pids) {
      try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
        for (Path task : tasks.toList()) {
          String stat = stat(task);
          if (stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler")) {
            sum += seconds(stat);
          }
        }
      }
    }
    return sum;
  }

  /** Empty when the thread has ended. */
  private static String stat(Path task) {
    try {
      return Files.readString(task.resolve("stat"));
    } catch (IOException e) {
      return "";
    }
  }

  private static double seconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }

  static double ownSeconds() throws IOException {
    return seconds(List.of(ProcessHandle.current().pid()));
  }

  /** What all processes of the machine did, in processors, between two calls of this. */
  static double busyTicks() throws IOException {
    String[] fields =
        Files.readString(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +", -1);
    double busy = 0;
    for (int i = 1; i <= 8; i++) {
      busy += i == 4 || i == 5 ? 0 : Double.parseDouble(fields[i]);
    }
    return busy / 100;
  }

  /**
   * Ties processes, all their threads included, to one processor.
   *
   * @param number empty for: nowhere
   */
  static void pin(List<Long> pids, String number) throws IOException, InterruptedException {
    for (long pid : number.isEmpty() ? List.<Long>of() : pids) {
      Process taskset =
          new ProcessBuilder("taskset", "-a", "-p", "-c", number, "" + pid)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (taskset.waitFor() != 0) {
        throw new IOException("taskset of process " + pid + " to processor " + number + " failed");
      }
    }
  }
}
