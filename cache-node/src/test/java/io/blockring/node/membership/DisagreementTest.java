package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/** Nodes that cannot hear each other, or lie about who they are, agree again when they can. */
class DisagreementTest {
  private static final Duration CONVERGED = Duration.ofSeconds(5);

  @TempDir Path directory;

  @Test
  void fifty_changes_a_minute_through_partitions_and_a_split_end_in_one_ring() throws Exception {
    long first = new Random().nextInt(1_000_000);
    for (long seed = first; seed < first + 10; seed++) {
      SimulatedCluster cluster = five(seed, Duration.ZERO);
      aMinuteOfTrouble(cluster);
      cluster.healAll();
      cluster.pass(CONVERGED);
      assertThat(cluster.agrees()).as("agree 5 s after healing, seed " + seed).isTrue();
      assertThat(cluster.any().members()).as("seed " + seed).hasSize(5);
      for (SimulatedCluster.Node node : cluster.nodes) {
        RoaringBitmap owned = node.cluster.view().ring().slotsOf(node.id);
        assertThat(node.cluster.heldSlots())
            .as("held by " + node.id + ", seed " + seed)
            .isEqualTo(RoaringBitmap.andNot(node.everOwned, owned));
        assertThat(cluster.any().sees(node.id).isAlive()).as("seed " + seed).isTrue();
      }
    }
  }

  @Test
  void a_clock_an_hour_off_changes_no_decision() throws Exception {
    List<String> right = rings(Duration.ZERO);
    assertThat(rings(Duration.ofHours(1))).isEqualTo(right);
    assertThat(rings(Duration.ofHours(-1))).isEqualTo(right);
  }

  /** The rings of a run with a loss, a removal and a return, of every node at every second. */
  private List<String> rings(Duration clockError) throws Exception {
    SimulatedCluster cluster = five(7, clockError);
    SimulatedCluster.Node lost = cluster.add("z", 1);
    cluster.pass(CONVERGED);
    List<String> rings = new ArrayList<>();
    lost.kill();
    for (int second = 0; second < 700; second++) {
      if (second == 650) {
        lost.restart();
      }
      if (second % 100 == 50) {
        cluster.nodes.get(second / 100 % 5).cluster.setWeight("b", 100 + second);
      }
      cluster.pass(Duration.ofSeconds(1));
      cluster.running().forEach(node -> rings.add(node.ring()));
    }
    assertThat(rings).as("with z, without it, with other weights").hasSizeGreaterThan(3000);
    assertThat(rings.stream().distinct().count()).isGreaterThan(6);
    return rings;
  }

  @Test
  void a_node_that_joins_without_a_block_holds_nothing_of_what_it_took_for_its_own()
      throws Exception {
    SimulatedCluster cluster = five(9, Duration.ZERO);
    cluster.pass(CONVERGED);
    SimulatedCluster.Node empty = cluster.add("y", 100);
    empty.cluster.storeHasBlocks(() -> false);
    cluster.pass(CONVERGED);
    assertThat(empty.everOwned.getCardinality()).as("alone at first").isEqualTo(1024);
    assertThat(empty.cluster.heldSlots().isEmpty()).isTrue();
    assertThat(cluster.nodes.getFirst().cluster.heldSlots().isEmpty()).isFalse();
  }

  @Test
  void two_nodes_with_one_id_are_one_member_and_write_no_storm() throws Exception {
    SimulatedCluster cluster = five(3, Duration.ZERO);
    cluster.add("e", 100);
    cluster.pass(Duration.ofMinutes(1));
    assertThat(cluster.running()).allSatisfy(node -> assertThat(node.members()).hasSize(5));
    String ring = cluster.any().ring();
    assertThat(cluster.running()).allSatisfy(node -> assertThat(node.ring()).isEqualTo(ring));
    assertThat(cluster.any().bookVersion("e")).as("one answer in 10 s each").isLessThan(20);
  }

  @Test
  void both_sides_of_a_split_keep_all_members_until_an_operator_gives_one_side_up()
      throws Exception {
    SimulatedCluster cluster = five(4, Duration.ZERO);
    cluster.pass(CONVERGED);
    String ring = cluster.any().ring();
    cluster.split(2);
    cluster.pass(Duration.ofMinutes(30));
    assertThat(cluster.running()).allSatisfy(node -> assertThat(node.ring()).isEqualTo(ring));
    SimulatedCluster.Node larger = cluster.nodes.get(3);
    assertThat(larger.sees("a").isHeld()).isTrue();
    assertThat(larger.sees("a").liveness()).isEqualTo(Liveness.GONE);

    assertThat(larger.cluster.startRepair()).containsExactly("a", "b");
    cluster.pass(CONVERGED);
    assertThat(larger.members()).containsExactly("c", "d", "e");
    assertThat(cluster.nodes.get(0).ring()).as("the other side").isEqualTo(ring);

    cluster.healAll();
    cluster.pass(CONVERGED);
    assertThat(cluster.agrees()).isTrue();
    assertThat(larger.ring()).as("those given up out-version their removal").isEqualTo(ring);
    assertThat(larger.sees("a").isHeld()).isFalse();
  }

  @Test
  void a_member_that_is_lost_alone_is_removed_after_grace_and_returns_as_it_was() throws Exception {
    SimulatedCluster cluster = five(5, Duration.ZERO);
    SimulatedCluster.Node lost = cluster.add("z", 1);
    cluster.pass(CONVERGED);
    lost.cluster.setWeight("z", 20);
    cluster.pass(CONVERGED);
    String ring = cluster.any().ring();
    lost.kill();
    cluster.pass(SimulatedCluster.GRACE.minus(CONVERGED));
    assertThat(cluster.any().ring()).as("away is no departure").isEqualTo(ring);
    cluster.pass(CONVERGED.multipliedBy(2));
    assertThat(cluster.running())
        .allSatisfy(node -> assertThat(node.members()).doesNotContain("z"));
    lost.restart();
    cluster.pass(CONVERGED);
    assertThat(cluster.agrees()).isTrue();
    assertThat(cluster.any().ring()).isEqualTo(ring);
    assertThat(cluster.any().sees("z").weight()).as("pinned").isEqualTo(20);
  }

  @Test
  void maintenance_announced_after_a_member_went_away_keeps_its_slots() throws Exception {
    SimulatedCluster cluster = five(6, Duration.ZERO);
    SimulatedCluster.Node lost = cluster.add("z", 1);
    cluster.pass(CONVERGED);
    String ring = cluster.any().ring();
    lost.kill();
    cluster.pass(Duration.ofMinutes(5));
    cluster.announceMaintenance("z", Duration.ofMinutes(30));
    cluster.pass(Duration.ofMinutes(25));
    assertThat(cluster.any().ring()).isEqualTo(ring);
    cluster.pass(Duration.ofMinutes(6));
    assertThat(cluster.any().members()).as("it overran").doesNotContain("z");
  }

  @Test
  void a_member_that_hears_and_is_not_heard_is_away_to_others_and_goes_on() throws Exception {
    SimulatedCluster cluster = five(8, Duration.ZERO);
    cluster.pass(CONVERGED);
    SimulatedCluster.Node deaf = cluster.nodes.get(4);
    cluster.nodes.subList(0, 4).forEach(node -> cluster.cut(deaf, node));
    cluster.pass(Duration.ofSeconds(10));
    assertThat(cluster.nodes.getFirst().sees("e").isAlive()).isFalse();
    cluster.nodes.getFirst().cluster.setWeight("b", 7);
    cluster.pass(CONVERGED);
    assertThat(deaf.members()).hasSize(5);
    cluster.healAll();
    cluster.pass(CONVERGED);
    assertThat(cluster.agrees()).isTrue();
    assertThat(deaf.sees("b").weight()).isEqualTo(7);
  }

  private SimulatedCluster five(long seed, Duration clockError) throws Exception {
    SimulatedCluster cluster =
        new SimulatedCluster(Files.createTempDirectory(directory, "nodes"), seed);
    for (String id : List.of("a", "b", "c", "d", "e")) {
      cluster.add(id, 100, id.equals("c") ? clockError : Duration.ZERO);
    }
    return cluster;
  }

  private static void aMinuteOfTrouble(SimulatedCluster cluster) {
    cluster.pass(CONVERGED);
    Random random = cluster.random;
    for (int change = 0; change < 50; change++) {
      if (change == 15) {
        cluster.split(2);
      } else if (change == 35) {
        cluster.healAll();
      }
      if (change < 15 || change >= 35) {
        cluster.cut(cluster.any(), cluster.any());
        cluster.heal(cluster.any(), cluster.any());
      }
      String id = cluster.any().id;
      Cluster at = cluster.any().cluster;
      switch (random.nextInt(5)) {
        case 0, 1 -> at.setWeight(id, random.nextInt(200));
        case 2 -> at.setDraining(id, random.nextBoolean(), 0);
        case 3 -> at.setIsolated(id, random.nextBoolean(), "seed");
        default -> at.setBypass("models", Long.MAX_VALUE - random.nextInt(100));
      }
      cluster.pass(SimulatedCluster.STEP.multipliedBy(2 + random.nextInt(6)));
    }
  }
}
