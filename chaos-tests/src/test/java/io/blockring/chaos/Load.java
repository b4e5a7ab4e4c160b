package io.blockring.chaos;

import io.blockring.demo.Await;
import io.blockring.demo.SampleFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Readers that read whole files and ranges at random until they are stopped. */
final class Load implements AutoCloseable {
  private static final int LONGEST_READ_BYTES = 6 << 20;
  private static final Duration END = Duration.ofSeconds(90);

  private final List<Thread> threads = new ArrayList<>();
  private final List<? extends RangeReader> readers;
  private final List<SampleFile> files;
  private volatile boolean isStopped;

  private Load(List<? extends RangeReader> readers, List<SampleFile> files) {
    this.readers = readers;
    this.files = files;
  }

  /** Starts so many threads for each reader. */
  static Load start(
      List<? extends RangeReader> readers, int threadsEach, List<SampleFile> files, Seed seed) {
    Load load = new Load(readers, files);
    for (int i = 0; i < readers.size() * threadsEach; i++) {
      RangeReader reader = readers.get(i % readers.size());
      RandomGenerator choices = seed.choices(i);
      load.threads.add(
          Thread.ofPlatform().name("load-" + i).start(() -> load.readOn(reader, choices)));
    }
    return load;
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
      SampleFile file = files.get(choices.nextInt(files.size()));
      int length = (int) Math.min(file.size(), 1 + choices.nextInt(LONGEST_READ_BYTES));
      long offset = choices.nextLong(file.size() - length + 1);
      reader.read(file, offset, length);
    }
  }
}
