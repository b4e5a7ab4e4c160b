package io.blockring.benchmarks.elastic;

import io.blockring.benchmarks.Goal;
import io.blockring.benchmarks.elastic.ElasticBenchmark.Scenario;
import io.blockring.demo.LocalNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** Nodes that hang, die, or vanish together. */
final class Failures {
  private static final Duration BEFORE = Duration.ofSeconds(15);
  private static final long BUDGET = 16 << 20;

  private Failures() {}

  static Map<String, Scenario> scenarios() {
    Map<String, Scenario> all = new LinkedHashMap<>();
    all.put("hang", folder -> failing(folder, "hang", LocalNode::pause));
    all.put("kill", folder -> failing(folder, "kill -9", LocalNode::kill));
    all.put("replicas", Failures::replicas);
    all.put("rack", Failures::rack);
    return all;
  }

  private interface Blow {
    void fallOn(LocalNode node) throws Exception;
  }

  /** One of five is not there any more; others take its reads. */
  private static void failing(Path folder, String name, Blow blow) throws Exception {
    try (Fleet fleet = Planned.five(folder)) {
      fleet.warmUp();
      try (SteadyLoad load =
          SteadyLoad.start(fleet, Planned.READERS, Planned.MOST_BYTES, Planned.PAUSE)) {
        load.during(name + ": warming", BEFORE).print();
        Phase before = load.during(name + ": before", BEFORE);
        before.print();
        blow.fallOn(fleet.node(5));
        Phase first = load.during(name + ": first 2 s", Duration.ofSeconds(2));
        first.print();
        Phase then = load.during(name + ": 2 s to 17 s", Duration.ofSeconds(15));
        then.print();
        Goal.atMost(name + ": errors", Planned.errors(first, then), 0);
        Goal.atMost(
            name + ": p99 of reads after 2 s / before", then.p99Millis() / before.p99Millis(), 3);
      } finally {
        if (fleet.node(5).isRunning()) {
          fleet.node(5).resume();
        }
      }
    }
  }

  /** With two copies of each block, a node that dies costs the bucket next to nothing. */
  private static void replicas(Path folder) throws Exception {
    try (Fleet fleet =
        Fleet.open(
            folder,
            5,
            5,
            Planned.files(40),
            mount -> mount.with("replicas", "2"),
            UnaryOperator.identity())) {
      fleet.warmUp();
      fleet.awaitStill("blockring_store_bytes", Duration.ofSeconds(3), Duration.ofMinutes(2));
      double copies = fleet.metric("blockring_store_bytes") / Planned.bytes(fleet.files());
      try (SteadyLoad load =
          SteadyLoad.start(fleet, Planned.READERS, Planned.MOST_BYTES, Planned.PAUSE)) {
        load.during("replicas: before", BEFORE).print();
        double kept = fleet.metric(fleet.node(5), "blockring_store_bytes");
        fleet.node(5).kill();
        Phase after = load.during("replicas: kill -9", Duration.ofSeconds(30));
        after.print();
        Goal.atLeast("replicas: copies of each block", copies, 1.99);
        Goal.atMost("replicas: errors", Planned.errors(after), 0);
        Goal.atMost(
            "replicas: bytes of the bucket / bytes of the killed node",
            after.originBytes() / kept,
            0.01);
      }
    }
  }

  /** Half of the nodes vanish for 90 s; nothing is repaired, and the bucket is spared. */
  private static void rack(Path folder) throws Exception {
    try (Fleet fleet =
        Fleet.open(
            folder,
            6,
            6,
            Planned.files(48),
            mount -> mount.with("budget.bytesPerSecond", Long.toString(BUDGET)),
            UnaryOperator.identity())) {
      fleet.warmUp();
      try (SteadyLoad load =
          SteadyLoad.start(fleet, Planned.READERS, Planned.MOST_BYTES, Planned.PAUSE)) {
        load.during("rack: warming", BEFORE).print();
        Phase before = load.during("rack: before", BEFORE);
        before.print();
        List<LocalNode> rack = List.of(fleet.node(4), fleet.node(5), fleet.node(6));
        for (LocalNode node : rack) {
          node.kill();
        }
        long fastest = 0;
        load.takePhase("");
        long begun = System.nanoTime();
        long bytes = fleet.bucket().proxy().traffic().allBytes();
        while (System.nanoTime() - begun < Duration.ofSeconds(90).toNanos()) {
          LockSupport.parkNanos(Duration.ofSeconds(5).toNanos());
          long now = fleet.bucket().proxy().traffic().allBytes();
          fastest = Math.max(fastest, (now - bytes) / 5);
          bytes = now;
        }
        Phase away = load.takePhase("rack: 3 of 6 away, 90 s");
        away.print();
        for (LocalNode node : rack) {
          node.start();
        }
        fleet.awaitOneRing(6);
        load.takePhase("rack: until all are back").print();
        Phase after = load.during("rack: back", BEFORE);
        after.print();
        Goal.atMost("rack: errors", Planned.errors(away, after), 0);
        Goal.atMost(
            "rack: origin bytes a second, best 5 s / budget", (double) fastest / BUDGET, 1.05);
        Goal.atMost(
            "rack: p99 of hits away / before", away.hitP99Millis() / before.hitP99Millis(), 1.5);
        Goal.atMost("rack: bytes moved", fleet.metric(Planned.MOVED), 0);
      }
    }
  }
}
