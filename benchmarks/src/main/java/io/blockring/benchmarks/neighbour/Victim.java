package io.blockring.benchmarks.neighbour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * A process that wants to be left alone: steps of about a millisecond of arithmetic, each with a
 * look at pages of a file that it has mapped and keeps warm. Reads a number of milliseconds a line,
 * steps for so long, and answers with p50, p99 and maximum of a step in microseconds.
 */
public final class Victim {
  private static final int MAP_BYTES = 1 << 30;
  private static final int LOOKS = 16;
  private static final long STEP_NANOS = 1_000_000;

  private final List<MappedByteBuffer> maps = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private final long[] table = new long[4096];
  private long seen;
  private int turns = 1_000;

  private Victim(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      for (long at = 0; at < channel.size(); at += MAP_BYTES) {
        long length = Math.min(MAP_BYTES, channel.size() - at);
        maps.add(channel.map(FileChannel.MapMode.READ_ONLY, at, length).load());
      }
    }
  }

  /**
   * @param arguments the file to map
   */
  public static void main(String[] arguments) throws IOException {
    Victim victim = new Victim(Path.of(arguments[0]));
    victim.calibrate();
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Histogram micros = victim.steps(Long.parseLong(line));
      System.out.printf(
          "%d %d %d%n",
          micros.getValueAtPercentile(50), micros.getValueAtPercentile(99), micros.getMaxValue());
    }
  }

  /** As many turns as take a millisecond here, once the compiler is done. */
  private void calibrate() {
    steps(2_000);
    for (int i = 0; i < 5; i++) {
      Histogram micros = steps(300);
      turns = (int) Math.max(1, turns * STEP_NANOS / 1_000 / Math.max(1, micros.getMean()));
    }
  }

  private Histogram steps(long millis) {
    Histogram micros = new Histogram(3);
    long end = System.nanoTime() + millis * 1_000_000;
    for (long now = System.nanoTime(); now < end; ) {
      step();
      long after = System.nanoTime();
      micros.recordValue((after - now) / 1_000);
      now = after;
    }
    return micros;
  }

  private void step() {
    for (int i = 0; i < LOOKS; i++) {
      MappedByteBuffer map = maps.get(random.nextInt(maps.size()));
      seen += map.get(random.nextInt(map.capacity()));
    }
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < 256; i++) {
        int at = (turn * 256 + i) & (table.length - 1);
        table[at] = table[at] * 6364136223846793005L + seen + i;
      }
    }
  }
}
