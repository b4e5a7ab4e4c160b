package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.admin.Json;
import io.blockring.demo.Await;
import io.blockring.demo.OriginFault;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mirror in another region gives every byte right whatever fails, link or own bucket; each byte
 * comes over the link once, be it for readers or for the replicator; and nothing that cannot be
 * asked is called missing.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MirrorIT {
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofHours(1);

  /** Four blocks, the last one short. */
  private static final SampleFile LIVE = SampleFile.ofBytes("live.bin", (3 << 20) + 12_345, 1);

  /** Copied in three parts. */
  private static final SampleFile LARGE = SampleFile.ofBytes("sd/large.bin", (17 << 20) + 7, 2);

  private static final SampleFile SMALL = SampleFile.ofBytes("sd/small.bin", 10_000, 3);
  private static final SampleFile LOG = SampleFile.ofText("log.txt", 3_000_000, 4);
  private static final List<SampleFile> FILES = List.of(LIVE, LARGE, SMALL);
  private static final long BYTES = FILES.stream().mapToLong(SampleFile::size).sum();

  private static MirrorStage stage;
  private static long bytesOfText;

  @BeforeAll
  static void open(@TempDir Path directory) throws Exception {
    stage = MirrorStage.open(directory);
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
  }

  @Test
  @Order(1)
  void each_byte_crosses_the_link_once_for_readers_and_replicator_together() throws Exception {
    stage.far().putAll("", FILES, _ -> {});
    MirrorStage.Got first = stage.get(1, LIVE.path());
    assertRight(LIVE, first);
    assertThat(first.cache()).isEqualTo("source-region");
    for (SampleFile file : FILES) {
      assertRight(file, stage.get(1, file.path()));
      assertRight(file, stage.get(2, file.path()));
    }
    awaitCopied();
    assertThat(stage.linkBytes()).as("bytes over the link").isEqualTo(BYTES);
    assertThat(stage.status(2).object("copied").number("objects")).isEqualTo(FILES.size());
    System.out.printf(
        "MirrorIT: %,d unique bytes, %,d over the link, %s copied%n",
        BYTES, stage.linkBytes(), stage.status(1).object("copied").number("bytes"));
  }

  @Test
  @Order(2)
  void what_compresses_crosses_the_link_compressed() throws Exception {
    long before = stage.linkBytes();
    stage.far().putAll("", List.of(LOG), _ -> {});
    assertRight(LOG, stage.get(1, LOG.path()));
    assertRight(LOG, stage.get(2, LOG.path()));
    awaitCopied();
    long crossed = stage.linkBytes() - before;
    System.out.printf("MirrorIT: %,d bytes of text, %,d over the link%n", LOG.size(), crossed);
    assertThat(crossed).as("bytes over the link").isBetween(1L, LOG.size() / 2);
    bytesOfText = crossed;
  }

  @Test
  @Order(3)
  void copies_serve_while_the_link_is_cut_and_nothing_is_called_missing() throws Exception {
    setBypass(true);
    for (SampleFile file : FILES) {
      MirrorStage.Got copy = stage.get(1, file.path());
      assertRight(file, copy);
      assertThat(copy.cache()).isEqualTo("origin");
    }
    assertThat(stage.linkBytes()).as("bytes over the link").isEqualTo(BYTES + bytesOfText);

    stage.link().breakWith(_ -> new OriginFault.Hang());
    Thread.sleep(1_100); // The freshness: from now on the source has to be asked.
    for (SampleFile file : FILES) {
      MirrorStage.Got copy = stage.get(2, file.path());
      assertRight(file, copy);
      assertThat(copy.cache()).isEqualTo("origin");
    }
    setBypass(false);
    assertRight(LARGE, stage.get(1, LARGE.path()));
    MirrorStage.Got unknown = stage.get(1, "never-seen.bin");
    assertThat(unknown.status()).as("a key that nobody can ask for").isEqualTo(503);
    assertThat(bucket("sourceState")).contains("left_alone");
    assertThat(stage.linkBytes()).as("bytes over the link").isEqualTo(BYTES + bytesOfText);
  }

  @Test
  @Order(4)
  void an_object_overwritten_at_the_source_is_never_mixed_and_copied_again() throws Exception {
    OverwriteHistory history = new OverwriteHistory(LIVE);
    ReentrantLock overwriting = new ReentrantLock(true);
    stage.far().proxy().breakWith(_ -> waitFor(overwriting));
    LongAdder reads = new LongAdder();
    AtomicBoolean isStopped = new AtomicBoolean();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int node = 1 + i % 2;
      readers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!isStopped.get()) {
                      readOnce(node, history, reads);
                    }
                  }));
    }
    overwrite(LIVE.withVersion(2), history, overwriting); // the link is still cut
    awaitMore(reads, 5);
    stage.link().heal();
    for (int version = 3; version <= 5; version++) {
      awaitSeen(version - 1, history);
      overwrite(LIVE.withVersion(version), history, overwriting);
    }
    awaitSeen(5, history);
    isStopped.set(true);
    for (Thread reader : readers) {
      assertThat(reader.join(WITHIN)).isTrue();
    }
    assertThat(history.problems()).isEmpty();
    awaitCopied();
    assertThat(stage.linkBytes())
        .as("bytes over the link")
        .isBetween(BYTES + bytesOfText + LIVE.size(), BYTES + bytesOfText + 4 * LIVE.size());
    setBypass(true);
    MirrorStage.Got copy = stage.get(1, LIVE.path());
    assertRight(LIVE.withVersion(5), copy);
    assertThat(copy.cache()).isEqualTo("origin");
    System.out.printf(
        "MirrorIT: %d reads while overwritten, %d versions seen%n",
        reads.sum(), history.versionsSeen());
  }

  @Test
  @Order(5)
  void a_dead_own_bucket_costs_one_short_wait_and_the_source_serves() throws Exception {
    setBypass(true);
    stage.own().proxy().breakWith(_ -> new OriginFault.Hang());
    long begun = System.nanoTime();
    MirrorStage.Got first = stage.get(1, SMALL.path());
    long firstMillis = (System.nanoTime() - begun) / 1_000_000;
    assertRight(SMALL, first);
    assertThat(first.cache()).isEqualTo("source-region");
    begun = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      assertRight(SMALL, stage.get(1, SMALL.path()));
    }
    long nextMillis = (System.nanoTime() - begun) / 1_000_000;
    System.out.printf(
        "MirrorIT: own bucket hangs: first read %d ms, the next five %d ms%n",
        firstMillis, nextMillis);
    assertThat(firstMillis).as("first read, own patience 1 s").isBetween(900L, 10_000L);
    assertThat(stage.status(1).text("originState")).isEqualTo("left_alone");

    stage.own().proxy().heal();
    Await.until(
        "the own bucket is read again",
        WITHIN,
        () -> {
          String cache = got(SMALL).cache();
          return cache.equals("origin") ? null : "x-cache: " + cache;
        });
    assertThat(stage.status(1).text("originState")).isEqualTo("answers");
  }

  private static void readOnce(int node, OverwriteHistory history, LongAdder reads) {
    long asked = System.nanoTime();
    try {
      MirrorStage.Got got = stage.get(node, LIVE.path());
      if (got.status() == 200) {
        history.check(0, ByteBuffer.wrap(got.body()), (int) LIVE.size(), asked, LONG);
        reads.increment();
      } else if (got.status() != 503) {
        history.problem("an error that is not clear: " + got.status());
      }
    } catch (IOException e) {
      // Broken off in the middle of a body: the version is gone, and the reader is told so.
      reads.increment();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static OriginFault waitFor(ReentrantLock overwriting) {
    overwriting.lock();
    overwriting.unlock();
    return OriginFault.NONE;
  }

  /** See {@link OverwriteIT}: the embedded bucket itself would mix versions. */
  private static void overwrite(
      SampleFile next, OverwriteHistory history, ReentrantLock overwriting) throws Exception {
    overwriting.lock();
    try {
      history.begins(next);
      stage.far().put(next.path(), next);
      history.ended(next);
    } finally {
      overwriting.unlock();
    }
  }

  private static void awaitMore(LongAdder reads, long more) throws InterruptedException {
    long goal = reads.sum() + more;
    Await.until(more + " more reads", WITHIN, () -> reads.sum() >= goal ? null : reads.sum() + "");
  }

  private static void awaitSeen(int version, OverwriteHistory history) throws InterruptedException {
    Await.until(
        "version " + version + " is read",
        WITHIN,
        () -> history.hasSeen(version) ? null : history.versionsSeen() + " versions");
  }

  private static void awaitCopied() throws InterruptedException {
    long since = System.currentTimeMillis();
    Await.until(
        "a comparison finds nothing missing",
        WITHIN,
        () -> {
          try {
            return isCopied(stage.status(1), since) && isCopied(stage.status(2), since)
                ? null
                : stage.status(2).text("state") + " " + stage.status(2).text("trouble");
          } catch (CommandFailure e) {
            return e.getMessage();
          }
        });
  }

  private static boolean isCopied(Json status, long since) throws CommandFailure {
    Json lag = status.objectOrNull("lag");
    return lag != null
        && lag.number("objects") == 0
        && status.text("state").equals("waiting")
        && status.number("comparedEpochMillis") > since;
  }

  /** The book carries it to the other node. */
  private static void setBypass(boolean isOn) throws Exception {
    stage.bypass(isOn);
    Await.until(
        "both nodes know of the bypass",
        WITHIN,
        () -> {
          try {
            return stage.isBypassed(1) == isOn && stage.isBypassed(2) == isOn ? null : "not yet";
          } catch (CommandFailure e) {
            return e.getMessage();
          }
        });
  }

  private static List<String> bucket(String name) throws CommandFailure {
    return List.of(stage.status(1).text(name), stage.status(2).text(name));
  }

  private static MirrorStage.Got got(SampleFile file) throws InterruptedException {
    try {
      return stage.get(1, file.path());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertRight(SampleFile file, MirrorStage.Got got) {
    assertThat(got.status())
        .as(
            () ->
                file
                    + ": "
                    + new String(
                        got.body(), 0, Math.min(got.body().length, 500), StandardCharsets.UTF_8))
        .isEqualTo(200);
    assertThat((long) got.body().length).as("length of " + file).isEqualTo(file.size());
    assertThat(file.firstDifference(0, ByteBuffer.wrap(got.body()))).as(file + "").isNegative();
  }
}
