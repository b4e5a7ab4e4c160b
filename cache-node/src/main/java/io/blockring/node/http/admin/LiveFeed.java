package io.blockring.node.http.admin;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's state as events, made once a second for all who listen, and not at all while nobody
 * does. A listener gets the newest state; what it was too slow for it never sees. Safe for many
 * threads.
 */
final class LiveFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
  static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Of the history, with every event: enough to close a gap of a few lost ones. */
  private static final Duration WINDOW = Duration.ofSeconds(20);

  /**
   * What is sent at once.
   *
   * @param number grows by one
   */
  record Frame(long number, byte[] bytes) {}

  private final Operations operations;
  // All guarded by this.
  private int listeners;
  private long number;
  private @Nullable Frame latest;
  private @Nullable Thread gatherer;
  private boolean isClosed;

  LiveFeed(Operations operations) {
    this.operations = operations;
  }

  /** Begins to gather for one more, who must {@link #leave}. */
  synchronized void join() throws ApiException {
    if (isClosed) {
      throw ApiException.busy("this node is stopping");
    }
    if (listeners++ == 0) {
      latest = null;
      gatherer = Thread.ofVirtual().name("live-gatherer").start(this::gather);
    }
  }

  synchronized void leave() {
    if (--listeners == 0) {
      stopGathering();
    }
  }

  /** Listeners now. */
  synchronized int listeners() {
    return listeners;
  }

  /** Whether someone is gathering. */
  synchronized boolean isGathering() {
    return gatherer != null;
  }

  /**
   * Waits for a frame that is newer than the one seen last.
   *
   * @return null when none came in this time
   */
  synchronized @Nullable Frame after(long seen, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (latest == null || latest.number() <= seen) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0 || isClosed) {
        return null;
      }
      wait(left);
    }
    return latest;
  }

  synchronized boolean isClosed() {
    return isClosed;
  }

  private void gather() {
    try {
      while (publish(frame())) {
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException e) {
      // Nobody listens any more.
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean publish(byte[] bytes) {
    if (Thread.currentThread() != gatherer) {
      return false;
    }
    latest = new Frame(++number, bytes);
    notifyAll();
    return true;
  }

  /** One of each event; a comment instead, when the state cannot be had. */
  private byte[] frame() {
    try {
      long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      event(frame, "status", operations.status(deadlineNanos));
      event(frame, "nodes", Map.of("nodes", operations.nodes(deadlineNanos)));
      List<WarmupStatus> warmups = operations.warmups(deadlineNanos);
      int shown = Math.min(warmups.size(), AdminLimits.MAX_WARMUPS_LIVE);
      event(frame, "warmups", Map.of("warmups", warmups.subList(0, shown)));
      event(frame, "history", operations.history(WINDOW, deadlineNanos));
      return frame.toByteArray();
    } catch (OperationException e) {
      return ": the state cannot be had now\n\n".getBytes(StandardCharsets.UTF_8);
    } catch (RuntimeException e) {
      LOG.error("the live state cannot be had", e);
      return ": the state cannot be had now\n\n".getBytes(StandardCharsets.UTF_8);
    }
  }

  private static void event(ByteArrayOutputStream frame, String name, Object document) {
    frame.writeBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8));
    frame.writeBytes(Exchange.encoded(document));
    frame.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
  }

  private void stopGathering() {
    Thread stopping = gatherer;
    gatherer = null;
    if (stopping != null) {
      stopping.interrupt();
    }
  }

  /** Lets every listener go. */
  @Override
  public synchronized void close() {
    isClosed = true;
    stopGathering();
    notifyAll();
  }
}
