package io.blockring.benchmarks.elastic;

import io.blockring.benchmarks.Goal;
import io.blockring.benchmarks.elastic.ElasticBenchmark.Scenario;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Readers that all want the same. */
final class Demand {
  private static final int READERS = 64;
  private static final String SENT = "blockring_block_port_bytes_total";

  private Demand() {}

  static Map<String, Scenario> scenarios() {
    Map<String, Scenario> all = new LinkedHashMap<>();
    all.put("hot", Demand::hot);
    all.put("storm", Demand::storm);
    return all;
  }

  /** 64 readers of the blocks of one node: copies come, and most are read elsewhere. */
  private static void hot(Path folder) throws Exception {
    List<SampleFile> candidates = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      candidates.add(SampleFile.ofBytes("hot-" + i + ".bin", Fleet.BLOCK, i));
    }
    try (Fleet fleet =
        Fleet.open(
            folder,
            5,
            5,
            candidates,
            UnaryOperator.identity(),
            plan -> plan.withSetting("memory.size", "64MiB"))) {
      fleet.warmUp();
      List<SampleFile> owned = ownedBy(fleet, fleet.node(5), candidates).subList(0, 8);
      try (SteadyLoad load =
          SteadyLoad.start(fleet, owned, READERS, Planned.MOST_BYTES, Duration.ofMillis(50))) {
        load.during("hot: first 10 s", Duration.ofSeconds(10)).print();
        List<Double> before = sent(fleet);
        Phase later = load.during("hot: 10 s to 30 s", Duration.ofSeconds(20));
        later.print();
        List<Double> after = sent(fleet);
        Goal.atMost("hot: errors", Planned.errors(later), 0);
        Goal.atMost("hot: egress, most of a node / mean", unevenness(before, after), 2);
      }
    }
  }

  /**
   * 64 readers begin one cold file together and read it from its first byte to its last. A quarter
   * of the size in blocks of a quarter, for the memory of one machine: as many blocks as 1 GiB has.
   */
  private static void storm(Path folder) throws Exception {
    SampleFile file = SampleFile.ofBytes("model.bin", 256L << 20, 1);
    try (Fleet fleet =
        Fleet.open(
            folder,
            5,
            5,
            List.of(file),
            mount -> mount.with("blockBytes", "1MiB"),
            UnaryOperator.identity())) {
      List<Double> before = sent(fleet);
      try (SteadyLoad load = SteadyLoad.idle(fleet, 1 << 20)) {
        load.readThrough(file, READERS);
        Phase phase = load.takePhase("storm: 64 readers of one cold file");
        phase.print();
        Goal.atMost("storm: errors", Planned.errors(phase), 0);
        Goal.atMost(
            "storm: bytes of the bucket / of the file",
            (double) phase.originBytes() / file.size(),
            1.005);
        Goal.atMost("storm: egress, most of a node / mean", unevenness(before, sent(fleet)), 1.15);
      }
    }
  }

  private static double unevenness(List<Double> before, List<Double> after) {
    double most = 0;
    double sum = 0;
    for (int i = 0; i < after.size(); i++) {
      most = Math.max(most, after.get(i) - before.get(i));
      sum += after.get(i) - before.get(i);
    }
    return most * after.size() / sum;
  }

  /** Files of one block that only this node sent when they were read. */
  private static List<SampleFile> ownedBy(Fleet fleet, LocalNode node, List<SampleFile> files)
      throws Exception {
    List<SampleFile> owned = new ArrayList<>();
    for (SampleFile file : files) {
      double before = fleet.metric(node, SENT);
      try (SteadyLoad one = SteadyLoad.start(fleet, List.of(file), 1, 8192, Duration.ofMillis(1))) {
        one.awaitReads(2);
      }
      if (fleet.metric(node, SENT) > before) {
        owned.add(file);
      }
    }
    return owned;
  }

  private static List<Double> sent(Fleet fleet) throws Exception {
    List<Double> sent = new ArrayList<>();
    for (LocalNode node : fleet.up()) {
      sent.add(fleet.metric(node, SENT));
    }
    return sent;
  }
}
