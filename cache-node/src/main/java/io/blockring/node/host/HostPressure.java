package io.blockring.node.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the host's tasks wait for a processor, the disk or memory: the kernel's pressure stall
 * information (Linux 4.20, {@code /proc/pressure}). Work that nobody waits for asks here before
 * each piece, and pauses the longer the harder the host is pressed: never for ever, so that it gets
 * on, slowly, on a host that is always busy. Where the kernel keeps no such figures nothing pauses.
 * Any thread.
 */
public final class HostPressure {
  /** The kernel's own average is of 10 s; asking more often tells nothing new. */
  private static final Duration SHELF_LIFE = Duration.ofSeconds(1);

  private static final long LONGEST_PAUSE_MILLIS = 100;
  private static final Pattern SOME = Pattern.compile("^some avg10=(\\d+)(?:\\.\\d+)? ");

  private final List<Path> files;
  private final int limitPercent;
  private final AtomicLong readNanos = new AtomicLong();
  private final LongAdder pausedMillis = new LongAdder();
  private volatile int percent;

  /**
   * @param limitPercent above which background work pauses; 100 for never
   */
  public HostPressure(int limitPercent) {
    this(Path.of("/proc/pressure"), limitPercent);
  }

  HostPressure(Path directory, int limitPercent) {
    this.files =
        List.of(directory.resolve("cpu"), directory.resolve("io"), directory.resolve("memory"));
    this.limitPercent = limitPercent;
    this.readNanos.set(System.nanoTime() - 2 * SHELF_LIFE.toNanos());
  }

  /** The share of the last 10 s in which some task waited for the scarcest of the three. */
  public int percent() {
    long now = System.nanoTime();
    long read = readNanos.get();
    if (now - read > SHELF_LIFE.toNanos() && readNanos.compareAndSet(read, now)) {
      percent = files.stream().mapToInt(HostPressure::read).max().orElse(0);
    }
    return percent;
  }

  /** How long background work should pause before its next piece: 0 to 100 ms. */
  public long pauseMillis() {
    int above = limitPercent < 100 ? percent() - limitPercent : 0;
    return above <= 0 ? 0 : Math.ceilDiv(above * LONGEST_PAUSE_MILLIS, 100 - limitPercent);
  }

  /**
   * Pauses while the host is pressed.
   *
   * @throws InterruptedException when the waiting thread is
   */
  public void giveWay() throws InterruptedException {
    long pause = pauseMillis();
    if (pause > 0) {
      TimeUnit.MILLISECONDS.sleep(pause);
      pausedMillis.add(pause);
    }
  }

  /** How long background work has given way since the start, all threads together. */
  public long pausedMillis() {
    return pausedMillis.sum();
  }

  private static int read(Path file) {
    try {
      Matcher some = SOME.matcher(Files.readString(file));
      return some.find() ? Integer.parseInt(some.group(1)) : 0;
    } catch (IOException e) {
      return 0; // No such kernel, or not shown in this container.
    }
  }
}
