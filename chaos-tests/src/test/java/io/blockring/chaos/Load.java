package io.blockring.chaos;

import io.blockring.demo.Await;
import io.blockring.demo.SampleFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Readers that read whole files and ranges at random until they are stopped. */
final class Load implements AutoCloseable {
  private static final int LONGEST_READ_BYTES = 6 << 20;
  private static final Duration END = Duration.ofSeconds(90);

  /**
   * One read.
   *
   * @param isLate of a file that was added after the start
   * @param error null when it ended well
   */
  record Sample(
      RangeReader reader, boolean isLate, @Nullable String error, long startNanos, long endNanos) {}

  private final List<Thread> threads = new ArrayList<>();
  private final List<? extends RangeReader> readers;
  private final List<SampleFile> files;
  private final Duration pause;
  private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
  private volatile List<SampleFile> lateFiles = List.of();
  private volatile boolean isStopped;

  private Load(List<? extends RangeReader> readers, List<SampleFile> files, Duration pause) {
    this.readers = readers;
    this.files = files;
    this.pause = pause;
  }

  /** Starts so many threads for each reader, which read as fast as they can. */
  static Load start(
      List<? extends RangeReader> readers, int threadsEach, List<SampleFile> files, Seed seed) {
    return start(readers, threadsEach, files, seed, Duration.ZERO);
  }

  /**
   * Starts so many threads for each reader.
   *
   * @param pause of a thread after each read, so that a machine has processors left and a read's
   *     time says something about the cluster
   */
  static Load start(
      List<? extends RangeReader> readers,
      int threadsEach,
      List<SampleFile> files,
      Seed seed,
      Duration pause) {
    Load load = new Load(readers, files, pause);
    for (int i = 0; i < readers.size() * threadsEach; i++) {
      RangeReader reader = readers.get(i % readers.size());
      RandomGenerator choices = seed.choices(i);
      load.threads.add(
          Thread.ofPlatform().name("load-" + i).start(() -> load.readOn(reader, choices)));
    }
    return load;
  }

  /** From now on every second read is of one of these. */
  void alsoRead(List<SampleFile> more) {
    lateFiles = List.copyOf(more);
  }

  /** Every read that has ended. */
  List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** Returns when every reader has ended so many reads more than now, well or not. */
  void awaitMore(long reads, Duration within) throws InterruptedException {
    List<Long> before = readers.stream().map(Load::ended).toList();
    Await.until(
        "each reader ends " + reads + " more reads",
        within,
        () -> {
          for (int i = 0; i < readers.size(); i++) {
            if (ended(readers.get(i)) < before.get(i) + reads) {
              return readers.get(i).findings() + "; before: " + before.get(i);
            }
          }
          return null;
        });
  }

  /** Returns when every reader has ended one read well that began after that moment. */
  void awaitGoodReads(long afterNanos, Duration within) throws InterruptedException {
    Await.until(
        "each reader reads well again",
        within,
        () -> {
          for (RangeReader reader : readers) {
            if (samples.stream()
                .noneMatch(
                    sample ->
                        sample.reader() == reader
                            && sample.error() == null
                            && sample.startNanos() - afterNanos >= 0)) {
              return reader.findings().toString();
            }
          }
          return null;
        });
  }

  /** Lets every reader end its read. */
  void stop() throws InterruptedException {
    isStopped = true;
    for (Thread thread : threads) {
      if (!thread.join(END)) {
        throw new IllegalStateException(thread.getName() + " still reads after " + END);
      }
    }
  }

  @Override
  public void close() {
    isStopped = true;
  }

  private static long ended(RangeReader reader) {
    return reader.findings().reads() + reader.findings().errorCount();
  }

  private void readOn(RangeReader reader, RandomGenerator choices) {
    while (!isStopped) {
      List<SampleFile> late = lateFiles;
      boolean isLate = !late.isEmpty() && choices.nextBoolean();
      List<SampleFile> choice = isLate ? late : files;
      SampleFile file = choice.get(choices.nextInt(choice.size()));
      int length = (int) Math.min(file.size(), 1 + choices.nextInt(LONGEST_READ_BYTES));
      long offset = choices.nextLong(file.size() - length + 1);
      long start = System.nanoTime();
      String error = reader.read(file, offset, length);
      samples.add(new Sample(reader, isLate, error, start, System.nanoTime()));
      LockSupport.parkNanos(pause.toNanos());
    }
  }
}
