package io.blockring.benchmarks.disks;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Readers of a node's S3 endpoint that prove every byte, one request after another. */
final class FaultLoad implements AutoCloseable {
  static final int OBJECTS = 40;
  static final int OBJECT_BYTES = 4 << 20;

  private static final int READERS = 3;
  private static final int MAX_RANGE = 1 << 20;
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final long PAUSE_NANOS = 30_000_000;

  private final URI mount;
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final List<Thread> readers = new ArrayList<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();
  private final AtomicLong slowestNanos = new AtomicLong();

  private FaultLoad(URI mount) {
    this.mount = mount;
  }

  /** Writes the objects that {@link #start} reads. */
  static void writeObjects(Path bucket) throws IOException {
    Files.createDirectories(bucket);
    ByteBuffer bytes = ByteBuffer.allocate(OBJECT_BYTES);
    for (int i = 0; i < OBJECTS; i++) {
      Words.fill(bytes.clear(), i, 0);
      Files.write(bucket.resolve("object-" + i), bytes.array());
    }
  }

  static FaultLoad start(URI mount) {
    FaultLoad load = new FaultLoad(mount);
    for (int i = 0; i < READERS; i++) {
      Random random = new Random(i);
      load.readers.add(Thread.ofPlatform().start(() -> load.run(random)));
    }
    return load;
  }

  /** What has been seen since the last call of this. */
  Findings takeFindings() {
    return new Findings(
        reads.getAndSet(0),
        wrong.getAndSet(0),
        errors.getAndSet(0),
        TimeUnit.NANOSECONDS.toMillis(slowestNanos.getAndSet(0)));
  }

  record Findings(int reads, int wrong, int errors, long slowestMillis) {}

  @Override
  public void close() throws InterruptedException {
    isOver.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
  }

  private void run(Random random) {
    while (!isOver.get()) {
      int object = random.nextInt(OBJECTS);
      int offset = random.nextInt(OBJECT_BYTES / 8) * 8;
      int length = 8 + random.nextInt(Math.min(MAX_RANGE, OBJECT_BYTES - offset) / 8) * 8;
      length = Math.min(length, OBJECT_BYTES - offset);
      long start = System.nanoTime();
      try {
        ByteBuffer bytes = read(object, offset, length);
        if (!Words.areRight(bytes, object, offset)) {
          wrong.incrementAndGet();
        }
      } catch (IOException e) {
        errors.incrementAndGet();
        System.out.println("client error: object " + object + ": " + e);
      }
      reads.incrementAndGet();
      slowestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private ByteBuffer read(int object, int offset, int length) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(mount + "/object-" + object).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setRequestProperty("Range", "bytes=" + offset + "-" + (offset + length - 1));
    try (InputStream body = connection.getInputStream()) {
      byte[] bytes = body.readAllBytes();
      if (connection.getResponseCode() != 206 || bytes.length != length) {
        throw new IOException(
            connection.getResponseCode() + " with " + bytes.length + " bytes, not " + length);
      }
      return ByteBuffer.wrap(bytes);
    }
  }
}
