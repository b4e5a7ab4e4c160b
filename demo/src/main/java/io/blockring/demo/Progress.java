package io.blockring.demo;

import io.blockring.cachectl.screen.Human;
import io.blockring.cachectl.screen.ProgressBar;
import java.io.PrintStream;

/**
 * Bytes on their way to a total: a redrawn bar on a terminal, else a line at each quarter. Safe for
 * many threads.
 */
final class Progress implements AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintStream out;
  private final boolean isTerminal;
  private final String what;
  private final long total;
  private final ProgressBar bar;
  private final long startNanos = System.nanoTime();
  private long done;
  private long drawnNanos;
  private int quarters;

  Progress(PrintStream out, boolean isTerminal, String what, long total) {
    this.out = out;
    this.isTerminal = isTerminal;
    this.what = what;
    this.total = total;
    this.bar = new ProgressBar(out);
  }

  synchronized void add(long bytes) {
    done += bytes;
    long now = System.nanoTime();
    if (isTerminal && now - drawnNanos > REDRAW_NANOS) {
      drawnNanos = now;
      bar.draw(total == 0 ? 1 : (double) done / total, what + " " + state());
    } else if (!isTerminal && done < total && done * 4 / total > quarters) {
      quarters = (int) (done * 4 / total);
      out.println("  " + what + " " + state());
    }
  }

  /** One last line with the whole. */
  @Override
  public synchronized void close() {
    bar.clear();
    out.println("  " + what + " " + state());
  }

  private String state() {
    double seconds = Math.max(1e-9, (System.nanoTime() - startNanos) / 1e9);
    return Human.bytes(done)
        + " of "
        + Human.bytes(total)
        + ", "
        + Human.bytes((long) (done / seconds))
        + "/s";
  }
}
