package io.blockring.benchmarks.hitpath;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/**
 * A second of load on one side: new connections, a short run-in, then what is measured. Readers
 * without pauses and without TLS are all driven by one thread: threads of their own would wait for
 * each other, and that would be measured too.
 */
final class Window {
  private static final int RUN_IN_MILLIS = 100;
  private static final int POLL_MILLIS = 100;

  /** What one load of a window came to. */
  record Figures(double readsPerSecond, double gigabytesPerSecond, double p50, double p99) {}

  /**
   * @param figures in the order of the loads
   * @param serverPerGb processor seconds
   * @param serverPerRead processor microseconds
   * @param clientPerGb processor seconds of the load generator
   * @param compilers of the server's processor time, what its JVM's compilers took, as a share of
   *     all: not in the figures above, since it fades away as a server gets older
   * @param others processors that neither of the two kept busy
   */
  record Result(
      List<Figures> figures,
      double serverPerGb,
      double serverPerRead,
      double clientPerGb,
      double compilers,
      double others) {}

  /** The readers of one load in this window. */
  private static final class Group {
    final Load load;
    final LongAdder reads = new LongAdder();
    final ConcurrentHistogram micros = new ConcurrentHistogram(60_000_000L, 3);

    Group(Load load) {
      this.load = load;
    }

    void read(long startNanos) {
      micros.recordValue((System.nanoTime() - startNanos) / 1_000);
      reads.increment();
    }
  }

  private final Side side;
  private final List<Group> groups;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean isOver;

  private Window(Side side, List<Load> loads) {
    this.side = side;
    this.groups = loads.stream().map(Group::new).toList();
  }

  static Result run(Side side, List<Load> loads, int millis)
      throws IOException, InterruptedException {
    return new Window(side, loads).run(millis);
  }

  private Result run(int millis) throws IOException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    List<Polled> polled = new ArrayList<>();
    for (Group group : groups) {
      for (int i = 0; i < group.load.readers(); i++) {
        RangeReader reader = side.readers().open(group.load.ranges());
        if (reader instanceof HttpReader http
            && http.channel() != null
            && group.load.pauseMicros() == 0) {
          polled.add(new Polled(group, http));
        } else {
          threads.add(Thread.ofPlatform().start(() -> readUntilOver(group, reader)));
        }
      }
    }
    threads.add(Thread.ofPlatform().start(() -> pollUntilOver(polled)));
    Thread.sleep(RUN_IN_MILLIS);
    Result result = measure(millis);
    isOver = true;
    for (Thread thread : threads) {
      thread.join();
    }
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IOException(side.name() + " failed: " + failed.getMessage(), failed);
    }
    return result;
  }

  private Result measure(int millis) throws IOException, InterruptedException {
    long[] readsBefore = groups.stream().mapToLong(group -> group.reads.sum()).toArray();
    groups.forEach(group -> group.micros.reset());
    long start = System.nanoTime();
    double busyBefore = Processor.busyTicks();
    double compilersBefore = Processor.compilerSeconds(side.server());
    double serverBefore = Processor.seconds(side.server());
    double ownBefore = Processor.ownSeconds();
    Thread.sleep(millis);
    double own = Processor.ownSeconds() - ownBefore;
    double whole = Processor.seconds(side.server()) - serverBefore;
    double compilers = Processor.compilerSeconds(side.server()) - compilersBefore;
    double server = whole - compilers;
    double busy = Processor.busyTicks() - busyBefore;
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Figures> figures = new ArrayList<>();
    double allReads = 0;
    double allBytes = 0;
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      double reads = group.reads.sum() - readsBefore[i];
      double bytes = reads * group.load.ranges().bytes;
      allReads += reads;
      allBytes += bytes;
      figures.add(
          new Figures(
              reads / seconds,
              bytes / seconds / 1e9,
              group.micros.getValueAtPercentile(50),
              group.micros.getValueAtPercentile(99)));
    }
    return new Result(
        figures,
        server / allBytes * 1e9,
        server / allReads * 1e6,
        own / allBytes * 1e9,
        compilers / Math.max(0.01, whole),
        Math.max(0, busy - whole - own) / seconds);
  }

  private void readUntilOver(Group group, RangeReader opened) {
    SplittableRandom random = new SplittableRandom();
    try (RangeReader reader = opened) {
      while (!isOver) {
        long start = System.nanoTime();
        reader.read(random.nextInt(group.load.ranges().count()));
        group.read(start);
        if (group.load.pauseMicros() > 0) {
          LockSupport.parkNanos(group.load.pauseMicros() * 1_000L);
        }
      }
    } catch (IOException | RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void pollUntilOver(List<Polled> readers) {
    try (Selector selector = Selector.open()) {
      for (Polled reader : readers) {
        reader.register(selector);
      }
      while (!isOver) {
        selector.select(key -> takeTurn((Polled) key.attachment()), POLL_MILLIS);
      }
    } catch (IOException | RuntimeException e) {
      failure.compareAndSet(null, e);
    } finally {
      readers.forEach(this::close);
    }
  }

  private void takeTurn(Polled reader) {
    try {
      reader.takeTurn();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void close(Polled reader) {
    try {
      reader.reader.close();
    } catch (IOException e) {
      failure.compareAndSet(null, e);
    }
  }

  /** One of many readers that one thread drives. */
  private static final class Polled {
    private final Group group;
    private final HttpReader reader;
    private final SplittableRandom random = new SplittableRandom();
    private long start;

    Polled(Group group, HttpReader reader) {
      this.group = group;
      this.reader = reader;
    }

    void register(Selector selector) throws IOException {
      SocketChannel channel = Objects.requireNonNull(reader.channel());
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
      begin();
    }

    void takeTurn() throws IOException {
      if (reader.advance()) {
        group.read(start);
        begin();
      }
    }

    private void begin() throws IOException {
      start = System.nanoTime();
      reader.begin(random.nextInt(group.load.ranges().count()));
    }
  }
}
