package io.blockring.node.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.wire.v1.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClusterSeriesTest {
  private static final long NOW = 1_795_000_002_000L;

  private static Figures node(long... agesAndSsdBytes) {
    Figures.Builder figures = Figures.newBuilder();
    for (int i = 0; i < agesAndSsdBytes.length; i += 2) {
      long bytes = agesAndSsdBytes[i + 1];
      Sample sample = new Sample(0, 0, bytes, 0, 0, 0, bytes / 10, 0, bytes, 1000);
      figures.addSamples(SampleWire.wire(sample, agesAndSsdBytes[i]));
    }
    return figures.build();
  }

  private static List<Sample> points(int seconds, Figures... nodes) {
    Map<String, Figures> byNode = new java.util.TreeMap<>();
    for (Figures node : nodes) {
      byNode.put("node-" + byNode.size(), node);
    }
    return ClusterSeries.points(
        new Gatherer.Gathered(NOW, byNode, List.of()), Duration.ofSeconds(seconds));
  }

  @Test
  void sums_nodes_that_took_their_samples_at_different_times() {
    // Both deliver 100 bytes a second all the time.
    List<Sample> points =
        points(15, node(25_000, 0, 0, 2500), node(23_000, 0, 11_000, 1200, 1000, 2200, 0, 2300));
    assertThat(points)
        .extracting(Sample::atMillis)
        .containsExactly(NOW - 12_000, NOW - 7_000, NOW - 2_000);
    assertThat(points).extracting(Sample::deliveredBytes).containsOnly(1000L);
    assertThat(points).extracting(Sample::readerOriginBytes).containsOnly(100L);
    assertThat(points.getLast().storeBudgetBytes()).isEqualTo(2000);
    assertThat(points.getLast().storeBytes()).isEqualTo(2300 + 2100);
  }

  @Test
  void a_node_counts_from_its_start_on_and_steps_in_which_none_lived_are_left_out() {
    List<Sample> points = points(30, node(9_000, 0, 0, 900));
    assertThat(points).extracting(Sample::atMillis).containsExactly(NOW - 7_000, NOW - 2_000);
    assertThat(points).extracting(Sample::deliveredBytes).containsExactly(200L, 500L);
    assertThat(points(30)).isEmpty();
    assertThat(points(30, Figures.getDefaultInstance())).isEmpty();
  }

  @Test
  void never_loses_or_makes_up_a_byte_whatever_the_samples() {
    SplittableRandom random = new SplittableRandom(42);
    for (int round = 0; round < 200; round++) {
      List<Long> samples = new ArrayList<>();
      long age = 30_000 + random.nextInt(5000);
      long bytes = 0;
      while (age > 0) {
        samples.add(age);
        samples.add(bytes);
        age -= 1 + random.nextInt(7000);
        bytes += random.nextInt(1_000_000);
      }
      samples.add(0L);
      samples.add(bytes);
      long[] flat = samples.stream().mapToLong(Long::longValue).toArray();
      List<Sample> points = points(60, node(flat));
      long last = points.getLast().storeBytes();
      assertThat(points.stream().mapToLong(Sample::deliveredBytes).sum()).isEqualTo(last);
      assertThat(last).isBetween(0L, bytes);
      assertThat(points).allSatisfy(point -> assertThat(point.deliveredBytes()).isNotNegative());
    }
  }
}
