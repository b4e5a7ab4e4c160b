package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.CacheClient;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.demo.Await;
import io.blockring.demo.OriginFault;
import io.blockring.demo.SampleFile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An object that is overwritten while many read it is one version in each response or a clear
 * error, never a mix; and no node shows a version that was replaced longer ago than the mount's
 * freshness.
 */
@ExtendWith(SharedStage.class)
class OverwriteIT {
  private static final int VERSIONS = 25;
  private static final int THREADS_EACH = 3;
  private static final int READS_BETWEEN = 6;
  private static final Duration FRESHNESS = Duration.ofSeconds(1);
  private static final Duration WITHIN = Duration.ofSeconds(60);

  /** Seven blocks, the last one short. */
  private static final SampleFile FIRST = SampleFile.ofBytes("live.bin", (6 << 20) + 12_345, 7);

  private final OverwriteHistory history = new OverwriteHistory(FIRST);
  private final LongAdder reads = new LongAdder();
  private final LongAdder clearErrors = new LongAdder();
  private volatile boolean isStopped;

  /**
   * The embedded bucket reads an object's ETag and then opens its file: an overwrite between the
   * two would make the bucket itself mix versions. So requests wait while one is under way.
   */
  private final ReentrantLock overwriting = new ReentrantLock(true);

  private interface Read {
    /** Bytes of one response, from an offset. */
    byte[] of(long offset, int length) throws SdkException, ReadException;
  }

  /** Into the cluster: through each node's S3 endpoint, and with the Java client. */
  private record Ways(List<S3Client> s3, CacheClient cache) implements AutoCloseable {
    static Ways into(Stage stage) throws Exception {
      return new Ways(
          stage.nodes().stream().map(node -> S3Reads.client(node.s3Endpoint())).toList(),
          JavaReads.connect(stage.nodes()));
    }

    List<Read> reads() {
      List<Read> reads =
          new ArrayList<>(s3.stream().map(client -> OverwriteIT.s3(client)).toList());
      reads.add(java(cache));
      return reads;
    }

    @Override
    public void close() {
      s3.forEach(S3Client::close);
      cache.close();
    }
  }

  @Test
  void each_response_is_one_version_no_older_than_the_freshness(Stage stage) throws Exception {
    Seed seed = Seed.of("OverwriteIT");
    stage.bucket().putAll("", List.of(FIRST), _ -> {});
    try (Ways ways = Ways.into(stage)) {
      long start = System.nanoTime();
      stage.bucket().proxy().breakWith(_ -> waitForOverwrite());
      List<Thread> readers = startReaders(ways.reads(), seed);
      for (int version = 2; version <= VERSIONS; version++) {
        awaitMoreReads(READS_BETWEEN * readers.size());
        overwrite(stage, FIRST.withVersion(version));
      }
      awaitMoreReads(READS_BETWEEN * readers.size());
      isStopped = true;
      for (Thread reader : readers) {
        assertThat(reader.join(WITHIN)).as(reader.getName() + " ended").isTrue();
      }
      System.out.printf(
          "OverwriteIT: %d versions, %d responses of one version each (%d versions seen), %d clear"
              + " errors, oldest answer %d ms after its version was replaced%n",
          VERSIONS,
          reads.sum(),
          history.versionsSeen(),
          clearErrors.sum(),
          history.oldestAnswerMillis());
      ScenarioTable.add(
          "| Overwrites | an object replaced %d times in %.1f s | %,d | %d | %d clear errors | | | | | | | |"
              .formatted(
                  VERSIONS - 1,
                  (System.nanoTime() - start) / 1e9,
                  reads.sum(),
                  history.problems().size(),
                  clearErrors.sum()));
      assertThat(history.problems()).isEmpty();
      assertThat(history.versionsSeen()).isGreaterThan(VERSIONS / 2);
      assertThat(reads.sum()).as("good responses").isGreaterThan(clearErrors.sum());
    } finally {
      isStopped = true;
      stage.bucket().proxy().heal();
    }
  }

  private OriginFault waitForOverwrite() {
    overwriting.lock();
    overwriting.unlock();
    return OriginFault.NONE;
  }

  private void overwrite(Stage stage, SampleFile next) throws Exception {
    overwriting.lock();
    try {
      history.begins(next);
      stage.bucket().put(next.path(), next);
      history.ended(next);
    } finally {
      overwriting.unlock();
    }
  }

  private void awaitMoreReads(long more) throws InterruptedException {
    long goal = reads.sum() + clearErrors.sum() + more;
    Await.until(
        "readers end " + more + " more reads",
        WITHIN,
        () -> {
          long now = reads.sum() + clearErrors.sum();
          return now >= goal ? null : now + " of " + goal;
        });
  }

  private List<Thread> startReaders(List<Read> ways, Seed seed) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < ways.size() * THREADS_EACH; i++) {
      Read way = ways.get(i % ways.size());
      RandomGenerator choices = seed.choices(i);
      threads.add(Thread.ofPlatform().name("reader-" + i).start(() -> readOn(way, choices)));
    }
    return threads;
  }

  private static Read s3(S3Client client) {
    return (offset, length) ->
        client
            .getObjectAsBytes(
                request ->
                    request
                        .bucket(SharedStage.LIVE)
                        .key(FIRST.path())
                        .range("bytes=" + offset + "-" + (offset + length - 1)))
            .asByteArrayUnsafe();
  }

  private static Read java(CacheClient cache) {
    return (offset, length) -> {
      ReadScope scope = ReadScope.forReader(20_000);
      OpenObject object = cache.open("/" + SharedStage.LIVE + "/" + FIRST.path(), scope);
      ByteBuffer bytes = ByteBuffer.allocate(length);
      cache.read(object, offset, bytes, scope);
      return bytes.array();
    };
  }

  private void readOn(Read way, RandomGenerator choices) {
    while (!isStopped) {
      boolean isWhole = choices.nextInt(3) == 0;
      int length = isWhole ? (int) FIRST.size() : 1_000 + choices.nextInt(3 << 20);
      long offset = isWhole ? 0 : choices.nextLong(FIRST.size() - length + 1);
      long askedNanos = System.nanoTime();
      try {
        byte[] bytes = way.of(offset, length);
        history.check(offset, ByteBuffer.wrap(bytes), length, askedNanos, FRESHNESS);
        reads.increment();
      } catch (SdkException | ReadException e) {
        if (isClear(e)) {
          clearErrors.increment();
        } else {
          history.problem("an error that is not clear: " + e);
          reads.increment();
        }
      }
    }
  }

  /** Says that the object changed, or broke off in the middle of a body. */
  private static boolean isClear(Exception error) {
    return switch (error) {
      case ReadException e -> e.kind() == ReadException.Kind.CHANGED;
      case SdkServiceException e -> e.statusCode() == 503;
      case SdkClientException _ -> true;
      default -> false;
    };
  }
}
