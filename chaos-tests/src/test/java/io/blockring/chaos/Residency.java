package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.admin.Json;
import io.blockring.demo.Await;
import io.blockring.demo.LocalNode;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.OriginTraffic;
import io.blockring.demo.SampleFiles;
import java.time.Duration;
import java.util.List;

/**
 * What a node has and owns: equal before and after means that nothing moved.
 *
 * @param blocks on its SSD
 * @param bytes of them
 * @param ring fingerprint of the ring it uses
 */
record Residency(long blocks, long bytes, String ring) {
  private static final int THREADS = 8;

  /** The store flushes every second, a resolver keeps what it knows every five. */
  private static final Duration FLUSHED = Duration.ofSeconds(6);

  static Residency of(LocalNode node) throws CommandFailure {
    Json status = Stage.status(node);
    Json store = status.object("store");
    return new Residency(
        store.number("blocks"), store.number("bytes"), status.text("ringFingerprint"));
  }

  /** Reads everything, and returns when the SSDs have it for good. */
  static void readAndSettle(Stage stage, SampleFiles samples) throws Exception {
    readEverything(stage, samples);
    long start = System.nanoTime();
    Await.until(
        "the stores have flushed",
        FLUSHED.plusSeconds(5),
        () -> System.nanoTime() - start > FLUSHED.toNanos() ? null : "not yet");
  }

  /**
   * Reads everything again and shows that the bucket sent no byte. A resolver that was restarted
   * asks it once for each of its keys whether the version that it remembers is still the current.
   */
  static void assertAllIsThere(Stage stage, SampleFiles samples, String scenario) throws Exception {
    OriginTraffic before = stage.bucket().proxy().traffic();
    long fetchedBefore = fetched(stage);
    readEverything(stage, samples);
    OriginTraffic asked = stage.bucket().proxy().traffic().since(before);
    System.out.printf(
        "%s: read again: %,d bytes fetched of %,d; the bucket was asked %,d times and sent %,d"
            + " bytes%n",
        scenario,
        fetched(stage) - fetchedBefore,
        samples.bytes(),
        asked.allRequests(),
        asked.bytes(Operation.GET));
    assertThat(fetched(stage) - fetchedBefore).as("bytes fetched from the bucket").isZero();
    assertThat(asked.bytes(Operation.GET)).as("bytes the bucket sent").isZero();
    assertThat(asked.allRequests())
        .as("questions to the bucket")
        .isLessThanOrEqualTo(samples.all().size());
  }

  private static void readEverything(Stage stage, SampleFiles samples) throws Exception {
    List<S3Reads> readers = stage.s3Readers(Stage.MOUNT);
    Storm.read(readers, THREADS, 1, samples.all());
    for (S3Reads reader : readers) {
      assertThat(reader.findings().wrong()).as("wrong bytes").isEmpty();
      assertThat(reader.findings().errors()).as("errors").isEmpty();
      reader.close();
    }
  }

  /** By all nodes, since they started. */
  private static long fetched(Stage stage) throws CommandFailure {
    long bytes = 0;
    for (LocalNode node : stage.nodes()) {
      bytes += Stage.status(node).object("traffic").number("originBytesForReaders");
    }
    return bytes;
  }
}
