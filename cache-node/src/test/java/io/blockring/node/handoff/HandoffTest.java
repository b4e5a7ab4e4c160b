package io.blockring.node.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.OfferAnswer;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.node.handoff.HandoffProgress.Phase;
import io.blockring.node.membership.Eventually;
import io.blockring.node.membership.Member;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.BlockWalk;
import io.blockring.node.store.KeepAction;
import io.blockring.node.store.KeptBlock;
import io.blockring.node.store.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks move between nodes with real stores and ports, and none of them is lost. */
class HandoffTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int LARGE = 1_300_000;
  private static final int SMALL = 9_000;

  @TempDir Path folder;
  private final Collection<ControlAddress> seeds = new CopyOnWriteArrayList<>();
  private final List<HandoffNode> nodes = new ArrayList<>();

  /** A block of its own version. */
  private record Block(Version version) {
    static Block of(int number) {
      MountId mount = number % 4 == 3 ? HandoffNode.PACKING : HandoffNode.MOUNT;
      int size = number % 4 == 1 ? SMALL + number : LARGE + number;
      return new Block(
          new Version(
              new ObjectName(mount, "k" + number),
              new Identity(Identity.Kind.ETAG, "\"e\""),
              size,
              HandoffNode.BLOCK_BYTES));
    }

    ByteBuffer bytes() {
      ByteBuffer bytes = ByteBuffer.allocateDirect((int) version.size());
      boolean isPacking = version.name().mount().equals(HandoffNode.PACKING);
      for (int i = 0; bytes.hasRemaining(); i++) {
        bytes.put((byte) (isPacking ? i / 700 : version.digest().low() * (i + 1) >> 17));
      }
      return bytes.flip();
    }

    long hash() {
      return version.placement().hash(0);
    }

    void putInto(HandoffNode node) throws Exception {
      try (Reservation room =
          Objects.requireNonNull(
              node.store.reserve(
                  version.block(0), version.name().mount(), hash(), (int) version.size()))) {
        assertThat(room.commit(bytes()).get(10, TimeUnit.SECONDS)).isTrue();
      }
    }

    boolean isAt(HandoffNode node) {
      return node.store.contains(version.block(0));
    }

    void assertRightAt(HandoffNode node) throws IOException {
      ByteBuffer read = ByteBuffer.allocateDirect((int) version.size());
      try (BlockLease lease = Objects.requireNonNull(node.store.lease(version.block(0)))) {
        lease.readVerified(0, read);
      }
      assertThat(read.flip()).isEqualTo(bytes());
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (HandoffNode node : nodes) {
      node.close();
    }
  }

  private HandoffNode start(HandoffNode.Plan plan) throws Exception {
    HandoffNode node = new HandoffNode(plan, folder, seeds);
    nodes.add(node);
    eventually(() -> nodes.stream().allMatch(this::seesAll) && isOneRing());
    return node;
  }

  private boolean seesAll(HandoffNode node) {
    return node.cluster.view().members().stream().filter(Member::isAlive).count() == nodes.size();
  }

  private boolean isOneRing() {
    return nodes.stream().map(n -> n.cluster.view().ring().fingerprint()).distinct().count() == 1;
  }

  private List<Block> fillOwners(int count) throws Exception {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Block block = Block.of(i);
      block.putInto(owner(block));
      blocks.add(block);
    }
    return blocks;
  }

  private HandoffNode owner(Block block) {
    String id = nodes.getFirst().cluster.view().owner(block.hash()).orElseThrow().id();
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  private void eventually(BooleanSupplier condition) throws InterruptedException {
    Eventually.within(
        SOON, condition, () -> nodes.stream().map(n -> n.handoff.progress()).toList());
  }

  private void awaitAllAtTheirOwners(List<Block> blocks) throws Exception {
    eventually(() -> blocks.stream().allMatch(block -> block.isAt(owner(block))));
    for (Block block : blocks) {
      block.assertRightAt(owner(block));
    }
  }

  private void awaitNothingHeld() throws InterruptedException {
    eventually(() -> nodes.stream().allMatch(node -> node.cluster.heldSlots().isEmpty()));
  }

  private static boolean isSafeToStop(HandoffNode node) {
    return node.handoff.progress().phase() == Phase.SAFE_TO_STOP;
  }

  @Test
  void a_node_that_joins_is_given_what_it_owns() throws Exception {
    start(HandoffNode.Plan.of("a", 10));
    start(HandoffNode.Plan.of("b", 10));
    List<Block> blocks = fillOwners(40);
    HandoffNode joined = start(HandoffNode.Plan.of("c", 10));
    awaitAllAtTheirOwners(blocks);
    awaitNothingHeld();
    long owned =
        blocks.stream()
            .filter(block -> owner(block) == joined)
            .mapToLong(block -> block.version().size())
            .sum();
    assertThat(joined.handoff.counters().takenBytes()).as("each block once").isEqualTo(owned);
    assertThat(blocks).as("the others keep their copies").allMatch(this::isAtAOrB);
  }

  private boolean isAtAOrB(Block block) {
    return block.isAt(nodes.get(0)) || block.isAt(nodes.get(1));
  }

  @Test
  void a_drained_node_gives_everything_away_pins_first_and_says_that_it_may_stop()
      throws Exception {
    HandoffNode leaving = start(HandoffNode.Plan.of("a", 10));
    start(HandoffNode.Plan.of("b", 10));
    start(HandoffNode.Plan.of("c", 10));
    List<Block> blocks = fillOwners(40);
    List<Block> its = blocks.stream().filter(block -> owner(block) == leaving).toList();
    List<Block> pinned = its.subList(0, 4);
    for (Block block : pinned) {
      leaving.store.keep(KeepAction.PIN, block.version().block(0), block.version().name().mount());
    }
    nodes.get(1).cluster.setDraining("a", true, 0);
    eventually(() -> isSafeToStop(leaving));
    awaitAllAtTheirOwners(blocks);
    assertThat(nodes.stream().skip(1).mapToLong(n -> n.store.statistics().pinnedBytes()).sum())
        .isPositive();
    BlockWalk kept = leaving.store.walk();
    for (KeptBlock one = kept.next(); one != null; one = kept.next()) {
      assertThat(one.isPinned()).as("one pin in the cluster is enough").isFalse();
    }
    HandoffProgress progress = leaving.handoff.progress();
    long bytes = its.stream().mapToLong(block -> block.version().size()).sum();
    assertThat(progress.movedBytes()).isEqualTo(bytes);
    assertThat(progress.doneBytes()).isEqualTo(progress.expectedBytes()).isEqualTo(bytes);
    assertThat(progress.leftBlocks()).isZero();
    assertThat(leaving.cluster.heldSlots().isEmpty()).isTrue();
  }

  @Test
  void what_a_dead_receiver_did_not_take_is_given_to_whoever_stands_in_for_it() throws Exception {
    HandoffNode leaving = start(HandoffNode.Plan.of("a", 10));
    HandoffNode dying = start(HandoffNode.Plan.of("b", 10));
    HandoffNode other = start(HandoffNode.Plan.of("c", 10));
    List<Block> blocks = fillOwners(40);
    List<Block> its = blocks.stream().filter(block -> owner(block) == leaving).toList();
    AtomicBoolean isAsked = new AtomicBoolean();
    dying.service.taking =
        (from, offered) -> {
          isAsked.set(true);
          throw new IllegalStateException("it died");
        };
    leaving.cluster.setDraining("a", true, 0);
    eventually(isAsked::get);
    assertThat(isSafeToStop(leaving)).isFalse();
    dying.close();
    nodes.remove(dying);
    eventually(() -> isSafeToStop(leaving));
    for (Block block : its) {
      block.assertRightAt(other);
    }
  }

  @Test
  void what_has_no_room_at_its_owner_is_left_behind_and_said() throws Exception {
    HandoffNode leaving = start(HandoffNode.Plan.of("a", 10));
    List<Block> blocks = fillOwners(12);
    HandoffNode full = start(new HandoffNode.Plan("b", 10, 1L << 32, 0.01));
    leaving.cluster.setDraining("a", true, 0);
    eventually(() -> isSafeToStop(leaving));
    HandoffProgress progress = leaving.handoff.progress();
    assertThat(progress.leftBlocks()).isPositive();
    assertThat(progress.trouble()).contains("the store takes none now");
    assertThat(progress.doneBytes() + progress.leftBytes()).isEqualTo(progress.expectedBytes());
    assertThat(full.handoff.counters().takenBytes()).isPositive();
    assertThat(leaving.cluster.heldSlots().isEmpty()).as("others still peek here").isFalse();
    assertThat(blocks).allMatch(block -> block.isAt(leaving));
  }

  @Test
  void a_holder_that_is_stopped_halfway_goes_on_after_its_return() throws Exception {
    HandoffNode.Plan slow = new HandoffNode.Plan("a", 10, 8 << 20, 0);
    HandoffNode leaving = start(slow);
    start(HandoffNode.Plan.of("b", 10));
    List<Block> blocks = fillOwners(60);
    leaving.cluster.setDraining("a", true, 0);
    eventually(() -> leaving.handoff.progress().movedBytes() > 0);
    leaving.close();
    nodes.remove(leaving);
    HandoffNode again = start(HandoffNode.Plan.of("a", 10));
    eventually(() -> isSafeToStop(again));
    awaitAllAtTheirOwners(blocks);
  }

  @Test
  void undraining_halfway_and_quick_changes_lose_nothing() throws Exception {
    HandoffNode first = start(new HandoffNode.Plan("a", 10, 8 << 20, 0));
    start(HandoffNode.Plan.of("b", 10));
    List<Block> blocks = fillOwners(60);
    first.cluster.setDraining("a", true, 0);
    eventually(() -> first.handoff.progress().movedBytes() > 0);
    first.cluster.setDraining("a", false, 0);
    start(HandoffNode.Plan.of("c", 20));
    first.cluster.setWeight("b", 3);
    awaitAllAtTheirOwners(blocks);
    awaitNothingHeld();
    assertThat(first.handoff.progress().phase()).isEqualTo(Phase.IDLE);
  }

  @Test
  void an_owner_that_knows_another_ring_is_offered_again() throws Exception {
    HandoffNode leaving = start(HandoffNode.Plan.of("a", 10));
    HandoffNode late = start(HandoffNode.Plan.of("b", 10));
    List<Block> blocks = fillOwners(8);
    var taking = Objects.requireNonNull(late.service.taking);
    AtomicBoolean isFirst = new AtomicBoolean(true);
    late.service.taking =
        (from, offered) ->
            isFirst.getAndSet(false)
                ? new OfferAnswer(
                    Collections.nCopies(offered.size(), OfferAnswer.Outcome.NOT_MINE), "not yet")
                : taking.apply(from, offered);
    leaving.cluster.setDraining("a", true, 0);
    eventually(() -> isSafeToStop(leaving));
    assertThat(leaving.handoff.counters().failedBlocks()).isPositive();
    awaitAllAtTheirOwners(blocks);
  }
}
