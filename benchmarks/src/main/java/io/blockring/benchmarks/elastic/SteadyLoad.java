package io.blockring.benchmarks.elastic;

import io.blockring.client.CacheClient;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.demo.Await;
import io.blockring.demo.OriginTraffic;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/** Readers with the Java client that prove every byte, each with a pause after each read. */
final class SteadyLoad implements AutoCloseable {
  private static final long DEADLINE_MILLIS = 30_000;

  private final Fleet fleet;
  private final CacheClient client;
  private final List<SampleFile> files;
  private final int mostBytes;
  private final long pauseNanos;
  private final List<Thread> threads = new ArrayList<>();
  private volatile Tally tally = new Tally();
  private OriginTraffic traffic;
  private volatile boolean isOver;

  /** Of one phase; readers that are late count in the next one. */
  private static final class Tally {
    final long begunNanos = System.nanoTime();
    final LongAdder reads = new LongAdder();
    final LongAdder errors = new LongAdder();
    final LongAdder wrong = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final ConcurrentHistogram all = new ConcurrentHistogram(3);
    final ConcurrentHistogram hits = new ConcurrentHistogram(3);
  }

  private SteadyLoad(
      Fleet fleet, CacheClient client, List<SampleFile> files, int mostBytes, Duration pause) {
    this.fleet = fleet;
    this.client = client;
    this.files = files;
    this.mostBytes = mostBytes;
    this.pauseNanos = pause.toNanos();
    this.traffic = fleet.bucket().proxy().traffic();
  }

  /** Ranges of up to so many bytes of the fleet's files, at random. */
  static SteadyLoad start(Fleet fleet, int readers, int mostBytes, Duration pause)
      throws IOException {
    return start(fleet, fleet.files(), readers, mostBytes, pause);
  }

  /** The same of some files. */
  static SteadyLoad start(
      Fleet fleet, List<SampleFile> files, int readers, int mostBytes, Duration pause)
      throws IOException {
    SteadyLoad load = new SteadyLoad(fleet, fleet.connect(), files, mostBytes, pause);
    for (int i = 0; i < readers; i++) {
      Random random = new Random(i);
      load.threads.add(Thread.ofPlatform().name("reader-" + i).start(() -> load.run(random)));
    }
    return load;
  }

  /** Without readers yet. */
  static SteadyLoad idle(Fleet fleet, int mostBytes) throws IOException {
    return new SteadyLoad(fleet, fleet.connect(), fleet.files(), mostBytes, Duration.ZERO);
  }

  /** So many readers read all of a file, each from its start; returns when they have ended. */
  void readThrough(SampleFile file, int readers) throws InterruptedException {
    List<Thread> through = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      through.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    ByteBuffer bytes = ByteBuffer.allocateDirect(mostBytes);
                    for (long at = 0; at < file.size(); at += mostBytes) {
                      bytes.clear().limit((int) Math.min(mostBytes, file.size() - at));
                      read(file, at, bytes);
                    }
                  }));
    }
    for (Thread thread : through) {
      thread.join();
    }
  }

  /** Lets it run on for that long, and tells what was seen in this time alone. */
  Phase during(String name, Duration time) {
    takePhase("");
    LockSupport.parkNanos(time.toNanos());
    return takePhase(name);
  }

  /** What was seen since the last call. */
  Phase takePhase(String name) {
    Tally was = tally;
    tally = new Tally();
    OriginTraffic now = fleet.bucket().proxy().traffic();
    OriginTraffic since = now.since(traffic);
    traffic = now;
    return new Phase(
        name,
        (System.nanoTime() - was.begunNanos) / 1e9,
        was.reads.sum(),
        was.errors.sum(),
        was.wrong.sum(),
        was.bytes.sum(),
        since.allBytes(),
        since.allRequests(),
        was.all.copy(),
        was.hits.copy());
  }

  /** Returns when so many reads have ended in this phase. */
  void awaitReads(int count) throws InterruptedException {
    Await.until(
        count + " reads",
        Duration.ofSeconds(30),
        () -> tally.reads.sum() >= count ? null : tally.reads + " so far");
  }

  @Override
  public void close() throws InterruptedException {
    isOver = true;
    for (Thread thread : threads) {
      thread.join();
    }
    client.close();
  }

  private void run(Random random) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(mostBytes);
    while (!isOver) {
      SampleFile file = files.get(random.nextInt(files.size()));
      int length = (int) Math.min(file.size(), 4096 + random.nextInt(mostBytes - 4095));
      long offset = (long) (random.nextDouble() * (file.size() - length + 1));
      read(file, offset, bytes.clear().limit(length));
      LockSupport.parkNanos(pauseNanos);
    }
  }

  private void read(SampleFile file, long offset, ByteBuffer bytes) {
    Tally counts = tally;
    ReadScope scope = ReadScope.forReader(DEADLINE_MILLIS);
    int length = bytes.remaining();
    long start = System.nanoTime();
    try {
      OpenObject object = client.open("/" + Fleet.MOUNT + "/" + file.path(), scope);
      Rung rung = client.read(object, offset, length, new Into(bytes), scope);
      long micros = (System.nanoTime() - start) / 1_000;
      counts.all.recordValue(micros);
      if (rung.compareTo(Rung.ORIGIN) < 0) {
        counts.hits.recordValue(micros);
      }
      boolean isRight = bytes.position() == length;
      if (!isRight || file.firstDifference(offset, bytes.flip()) >= 0) {
        counts.wrong.increment();
      }
      counts.bytes.add(length);
    } catch (ReadException | IOException | RuntimeException e) {
      counts.errors.increment();
      System.out.println("reader's error: " + file.path() + " at " + offset + ": " + e);
    }
    counts.reads.increment();
  }

  /** A reader's buffer. */
  private record Into(ByteBuffer bytes) implements ByteSink {
    @Override
    public ByteBuffer claim(int maxBytes) {
      return bytes.slice(bytes.position(), Math.min(maxBytes, bytes.remaining()));
    }

    @Override
    public void commit(int count, Rung rung) {
      bytes.position(bytes.position() + count);
    }
  }
}
