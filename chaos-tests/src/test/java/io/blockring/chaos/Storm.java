package io.blockring.chaos;

import io.blockring.demo.SampleFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Readers that start at the same moment and read every file whole, each byte so many times. */
final class Storm {
  private static final int STEP_BYTES = 32 << 20;
  private static final Duration END = Duration.ofMinutes(4);

  private Storm() {}

  /**
   * Returns when all have read. Thread i takes reader i modulo their number, so it is best no
   * multiple of {@code timesEach}.
   *
   * @param timesEach how many of the threads read each file; all go through the files in the same
   *     order, so these meet at every one
   */
  static void read(
      List<? extends RangeReader> readers, int threads, int timesEach, Collection<SampleFile> files)
      throws InterruptedException {
    int parts = threads / timesEach;
    List<SampleFile> inOrder = List.copyOf(files);
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      RangeReader reader = readers.get(i % readers.size());
      int first = i % parts;
      running.add(
          Thread.ofPlatform()
              .name("storm-" + i)
              .start(() -> readEvery(parts, first, inOrder, reader, start)));
    }
    start.countDown();
    for (Thread thread : running) {
      if (!thread.join(END)) {
        throw new IllegalStateException(thread.getName() + " still reads after " + END);
      }
    }
  }

  private static void readEvery(
      int parts, int first, List<SampleFile> files, RangeReader reader, CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      return;
    }
    for (int i = first; i < files.size(); i += parts) {
      SampleFile file = files.get(i);
      for (long at = 0; at < file.size(); at += STEP_BYTES) {
        reader.read(file, at, (int) Math.min(STEP_BYTES, file.size() - at));
      }
    }
  }
}
