package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.admin.Address;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.demo.Await;
import io.blockring.demo.LocalNode;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.OriginTraffic;
import io.blockring.demo.SampleFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node joins empty and another is drained and stopped, both while readers read: nobody sees an
 * error, and not a byte that some node has is read from the bucket again.
 */
class DrainAndJoinIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int MORE_READS = 30;

  @Test
  void costs_no_error_and_no_byte_of_the_bucket(@TempDir Path directory) throws Exception {
    Seed seed = Seed.of("DrainAndJoinIT");
    List<SampleFile> files = files();
    try (Stage stage =
        Stage.open(
            directory,
            files,
            plan -> plan.withSetting("memory.size", "4MiB").withSetting("timeouts.peer", "10s"),
            1,
            1,
            1,
            1)) {
      LocalNode stays = stage.node(1);
      setWeight(stays, "node-4", 0);
      awaitNothingHeld(stays, "node-4", 0);
      List<S3Reads> all = stage.s3Readers(Stage.MOUNT);
      List<S3Reads> readers = List.of(all.get(0), all.get(2));
      Storm.read(readers, 4, 1, files);
      OriginTraffic before = stage.settledTraffic();

      try (Load load = Load.start(readers, 2, files, seed, PAUSE)) {
        setWeight(stays, "node-4", 1);
        awaitNothingHeld(stays, "node-4", 1);
        load.awaitMore(MORE_READS, SOON);
        report("join", stage.settledTraffic().since(before));

        ask(stays, Request.post("{}", "nodes", "node-2", "drain"));
        awaitSafeToStop(stays, "node-2");
        stage.node(2).terminate(SOON);
        load.awaitMore(MORE_READS, SOON);
        load.stop();
      }
      Storm.read(readers, 4, 1, files);
      OriginTraffic asked = stage.settledTraffic().since(before);
      report("join and drain", asked);
      for (S3Reads reader : readers) {
        assertThat(reader.findings().wrong()).as("wrong bytes").isEmpty();
        assertThat(reader.findings().errors()).as("errors").isEmpty();
      }
      assertThat(asked.bytes(Operation.GET)).as("bytes from the bucket").isZero();
      all.forEach(S3Reads::close);
    }
  }

  private static List<SampleFile> files() {
    List<SampleFile> files = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      long size = i % 3 == 0 ? (6L << 20) + i : 10_000 + i;
      files.add(SampleFile.ofBytes("elastic/" + i + ".bin", size, i));
    }
    return files;
  }

  private static void report(String what, OriginTraffic asked) {
    System.out.printf(
        "DrainAndJoinIT: %s: %,d bytes in %d GETs, %d HEADs%n",
        what,
        asked.bytes(Operation.GET),
        asked.requests(Operation.GET),
        asked.requests(Operation.HEAD));
  }

  private static void setWeight(LocalNode by, String node, int weight) throws CommandFailure {
    ask(by, Request.post("{\"weight\":" + weight + ",\"force\":true}", "nodes", node, "weight"));
  }

  /** Also returns only when the ring has followed the weight. */
  private static void awaitNothingHeld(LocalNode by, String changed, int weight)
      throws InterruptedException {
    Await.until(
        "every block is where it belongs",
        SOON,
        () -> {
          try {
            Json ring = ask(by, Request.get("ring"));
            for (Json member : ring.objects("members")) {
              boolean isOwner = member.number("slots") > 0;
              boolean isRight = !member.text("id").equals(changed) || isOwner == (weight > 0);
              if (!isRight || member.number("heldSlots") > 0) {
                return member.text("id") + " holds " + member.number("heldSlots");
              }
            }
            return null;
          } catch (CommandFailure e) {
            return e.getMessage();
          }
        });
  }

  private static void awaitSafeToStop(LocalNode by, String node) throws InterruptedException {
    Await.until(
        node + " is drained",
        SOON,
        () -> {
          try {
            Json handoff = ask(by, Request.get("nodes", node, "handoff"));
            return handoff.text("phase").equals("safe_to_stop") && handoff.number("leftBlocks") == 0
                ? null
                : handoff.text("phase") + " " + handoff.text("trouble");
          } catch (CommandFailure e) {
            return e.getMessage();
          }
        });
  }

  private static Json ask(LocalNode node, Request request) throws CommandFailure {
    Address address = new Address(node.host().bound(), node.ports().admin());
    return new AdminClient(List.of(address), ANSWER).ask(request).json();
  }
}
