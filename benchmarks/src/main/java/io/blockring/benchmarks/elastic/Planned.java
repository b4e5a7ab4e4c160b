package io.blockring.benchmarks.elastic;

import io.blockring.benchmarks.Goal;
import io.blockring.benchmarks.elastic.ElasticBenchmark.Scenario;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** What operators do: restart, drain, join, several changes at once. */
final class Planned {
  static final int READERS = 6;
  static final int MOST_BYTES = 512 << 10;
  static final Duration PAUSE = Duration.ofMillis(30);
  static final String MOVED = "blockring_handoff_taken_bytes_total";

  private static final String KEPT = "blockring_store_bytes";
  private static final Duration BEFORE = Duration.ofSeconds(8);
  private static final Duration STILL = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Planned() {}

  static Map<String, Scenario> scenarios() {
    Map<String, Scenario> all = new LinkedHashMap<>();
    all.put("restart", Planned::restart);
    all.put("drain", Planned::drain);
    all.put("join", Planned::join);
    all.put("quick", Planned::quick);
    return all;
  }

  /** So many files of two blocks each. */
  static List<SampleFile> files(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> SampleFile.ofBytes("shard-" + i + ".bin", 2L * Fleet.BLOCK, i))
        .toList();
  }

  static Fleet five(Path folder) throws Exception {
    return Fleet.open(folder, 5, 5, files(64), UnaryOperator.identity(), UnaryOperator.identity());
  }

  /** A node is stopped for a minute, as for a new kernel. */
  private static void restart(Path folder) throws Exception {
    try (Fleet fleet = five(folder)) {
      fleet.warmUp();
      try (SteadyLoad load = SteadyLoad.start(fleet, READERS, MOST_BYTES, PAUSE)) {
        load.during("restart: before", BEFORE).print();
        LocalNode node = fleet.node(5);
        double kept = fleet.metric(node, KEPT);
        node.terminate(Duration.ofSeconds(60));
        Phase away = load.during("restart: 60 s away", Duration.ofSeconds(60));
        away.print();
        node.start();
        fleet.awaitOneRing(5);
        load.takePhase("").print();
        Phase after = load.during("restart: back", BEFORE);
        after.print();
        Goal.atMost("restart: errors", errors(away, after), 0);
        Goal.atLeast("restart: blocks kept", fleet.metric(node, KEPT) / kept, 0.999);
        Goal.atLeast("restart: hit rate when back", after.hitRate(), 0.999);
        Goal.atMost("restart: bytes moved", fleet.metric(MOVED), 0);
      }
    }
  }

  /** A node gives everything away, is stopped, and is not missed. */
  private static void drain(Path folder) throws Exception {
    try (Fleet fleet = five(folder)) {
      fleet.warmUp();
      try (SteadyLoad load = SteadyLoad.start(fleet, READERS, MOST_BYTES, PAUSE)) {
        load.during("drain: before", BEFORE).print();
        LocalNode node = fleet.node(5);
        double kept = fleet.metric(node, KEPT);
        load.takePhase("");
        Fleet.Said said =
            fleet.cachectl("node", "drain", node.name(), "--wait", "--deadline", "3m");
        Phase draining = load.takePhase("drain: cachectl node drain --wait");
        draining.print();
        said.orFail();
        System.out.printf("%.1f s: %s%n", said.seconds(), said.out().strip());
        double moved = fleet.movedBytes();
        node.terminate(Duration.ofSeconds(60));
        Phase after = load.during("drain: node stopped", Duration.ofSeconds(20));
        after.print();
        Goal.atMost("drain: errors", errors(draining, after), 0);
        Goal.atLeast(
            "drain: hit rate, worst phase", Math.min(draining.hitRate(), after.hitRate()), 0.999);
        Goal.atMost(
            "drain: drained bytes read from the bucket again",
            (draining.originBytes() + after.originBytes()) / kept,
            0.01);
        Goal.atMost("drain: moved / minimum", moved / kept, 1.1);
      }
    }
  }

  /** An empty node comes: what others hold it asks them for. */
  private static void join(Path folder) throws Exception {
    try (Fleet fleet =
        Fleet.open(folder, 5, 4, files(64), UnaryOperator.identity(), UnaryOperator.identity())) {
      fleet.warmUp();
      try (SteadyLoad load = SteadyLoad.start(fleet, READERS, MOST_BYTES, PAUSE)) {
        load.during("join: before", BEFORE).print();
        load.takePhase("");
        fleet.join(5);
        Phase joining = load.takePhase("join: until all see it");
        joining.print();
        fleet.awaitStill(MOVED, STILL, PATIENCE);
        Phase filling = load.takePhase("join: handoff");
        filling.print();
        Phase after = load.during("join: after", BEFORE);
        after.print();
        Goal.atMost("join: errors", errors(joining, filling, after), 0);
        Goal.atLeast(
            "join: hit rate, worst phase",
            Math.min(joining.hitRate(), Math.min(filling.hitRate(), after.hitRate())),
            0.999);
        Goal.atMost(
            "join: bytes of the bucket",
            joining.originBytes() + filling.originBytes() + after.originBytes(),
            0);
        double share = bytes(fleet.files()) / 5.0;
        Goal.atLeast(
            "join: filled by handoff, of its share",
            fleet.metric(fleet.node(5), KEPT) / share,
            0.75);
      }
    }
  }

  /** Weights change three times within seconds, and a drain begins in between. */
  private static void quick(Path folder) throws Exception {
    try (Fleet fleet = five(folder)) {
      fleet.warmUp();
      try (SteadyLoad load = SteadyLoad.start(fleet, READERS, MOST_BYTES, PAUSE)) {
        load.during("quick changes: before", BEFORE).print();
        load.takePhase("");
        fleet.cachectl("node", "weight", "node-2", "20").orFail();
        fleet.cachectl("node", "drain", "node-3").orFail();
        fleet.cachectl("node", "weight", "node-4", "5").orFail();
        fleet.cachectl("node", "weight", "node-2", "10").orFail();
        Phase changing = load.takePhase("quick changes: four in a row");
        changing.print();
        fleet.awaitStill(MOVED, STILL, PATIENCE);
        Phase moving = load.takePhase("quick changes: handoff");
        moving.print();
        fleet.cachectl("node", "undrain", "node-3").orFail();
        Phase after = load.during("quick changes: undrained", Duration.ofSeconds(15));
        after.print();
        Goal.atMost("quick changes: errors", errors(changing, moving, after), 0);
        Goal.atMost(
            "quick changes: bytes of the bucket",
            changing.originBytes() + moving.originBytes() + after.originBytes(),
            0);
      }
    }
  }

  static double errors(Phase... phases) {
    double errors = 0;
    for (Phase phase : phases) {
      errors += phase.errors() + phase.wrong();
    }
    return errors;
  }

  static long bytes(List<SampleFile> files) {
    return files.stream().mapToLong(SampleFile::size).sum();
  }
}
