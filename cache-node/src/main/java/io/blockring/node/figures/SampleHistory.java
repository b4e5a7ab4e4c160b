package io.blockring.node.figures;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last hour of this node's counters, one sample every {@link #STEP}, in memory of a fixed size.
 * It begins with the process: counters before it were 0. Safe for many threads.
 */
public final class SampleHistory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SampleHistory.class);

  /** Time between two samples. */
  public static final Duration STEP = Duration.ofSeconds(5);

  /** What is kept. */
  public static final Duration KEPT = Duration.ofHours(1);

  private static final int CAPACITY = (int) KEPT.dividedBy(STEP) + 1;

  private final LongFunction<Sample> counters;
  private final LongSupplier clockMillis;
  // Guarded by this; next is where the next sample goes, round and round.
  private final Sample[] samples = new Sample[CAPACITY];
  private int next;
  private int count;
  private final Thread thread;

  /**
   * @param counters gives them as of now, stamped with the argument; never blocks
   * @param clockMillis monotonic
   */
  public SampleHistory(LongFunction<Sample> counters, LongSupplier clockMillis) {
    this.counters = counters;
    this.clockMillis = clockMillis;
    keep(Sample.empty(clockMillis.getAsLong()));
    this.thread = Thread.ofVirtual().name("figures-history").unstarted(this::run);
  }

  /** Begins to take samples by itself. */
  public void start() {
    thread.start();
  }

  /** As of now; not kept. */
  public Sample now() {
    return counters.apply(clockMillis.getAsLong());
  }

  /** Takes one and keeps it in the place of the oldest. */
  void sample() {
    keep(now());
  }

  private synchronized void keep(Sample sample) {
    samples[next] = sample;
    next = (next + 1) % CAPACITY;
    count = Math.min(count + 1, CAPACITY);
  }

  /**
   * Kept samples, oldest first, then one of now.
   *
   * @param window those up to this old, and one before them, so that each moment of the window lies
   *     between two
   */
  public List<Sample> last(Duration window) {
    Sample now = now();
    long oldest = now.atMillis() - window.toMillis();
    List<Sample> last = new ArrayList<>();
    synchronized (this) {
      for (int back = 1; back <= count; back++) {
        Sample sample = samples[Math.floorMod(next - back, CAPACITY)];
        last.addFirst(sample);
        if (sample.atMillis() <= oldest) {
          break;
        }
      }
    }
    last.add(now);
    return last;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(STEP);
        try {
          sample();
        } catch (RuntimeException e) {
          // A gap in the history: the next sample closes it.
          LOG.error("a sample of this node's figures could not be taken", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
