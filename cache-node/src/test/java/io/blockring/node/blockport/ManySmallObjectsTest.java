package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.OpenObject;
import io.blockring.client.Outcome;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.Climb;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.memory.MemoryRung;
import io.blockring.client.namespace.Version;
import io.blockring.client.object.ManyObjects;
import io.blockring.client.object.ManyOpens;
import io.blockring.client.object.ObjectReads;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many objects read together from two nodes, with what goes wrong on the way. */
class ManySmallObjectsTest {
  @TempDir Path folder;
  private final PeerClient peers = new PeerClient(PeerSettings.defaults(), (peer, ring) -> {});
  private final Random random = new Random(17);
  private PortFixture one;
  private PortFixture two;

  @BeforeEach
  void open() throws IOException {
    one = new PortFixture(Files.createDirectory(folder.resolve("one")));
    two = new PortFixture(Files.createDirectory(folder.resolve("two")));
    one.blocks.fills = key -> ended(new Answer.Failed("nobody has it"));
    two.blocks.fills = key -> ended(new Answer.Failed("nobody has it"));
  }

  @AfterEach
  void close() throws IOException {
    peers.close();
    one.close();
    two.close();
  }

  private static FakeFilling ended(Answer answer) {
    // Its length is looked at first; nothing of it is read.
    FakeFilling filling = new FakeFilling(new byte[1]);
    filling.end(answer);
    return filling;
  }

  /** Half of the keys belong to each; the other one is next in line. */
  private class TwoNodes implements Routes {
    @Override
    public List<Member> candidates(long placementHash) {
      List<Member> line = List.of(member("one", one), member("two", two));
      return placementHash < 0 ? line : line.reversed();
    }

    Member member(String id, PortFixture fixture) {
      return new Member(id, "127.0.0.1", fixture.number, 1, false);
    }

    @Override
    public List<Member> holders(long placementHash) {
      return List.of();
    }

    @Override
    public String fingerprint() {
      return "ring-a";
    }
  }

  private PortFixture owner(Version version) {
    return version.placement().hash(0) < 0 ? one : two;
  }

  private List<Version> objects(int count) {
    List<Version> versions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      versions.add(FakeBlocks.version("many-" + i, 1 + random.nextInt(20_000)));
    }
    return versions;
  }

  private List<Outcome<ByteBuffer>> read(List<Version> versions, @Nullable MemoryRung memory) {
    return read(versions, memory, new TwoNodes(), ReadScope.forReader(20_000));
  }

  private List<Outcome<ByteBuffer>> read(
      List<Version> versions, @Nullable MemoryRung memory, Routes routes, ReadScope scopeOfAll) {
    BlockSource climb =
        (range, sink, scope) -> {
          Climb ladder = new Climb(range, sink, scope);
          for (Routes.Member member : routes.candidates(range.placementHash())) {
            PeerAddress address = new PeerAddress(member.host(), member.blockPort());
            ladder.settles(
                member.id(),
                peers.source(
                    new PeerClient.Question(
                        address, BlockWire.Kind.READ, List.of(), routes.fingerprint())));
          }
          return ladder.answer();
        };
    ObjectReads singly = new ObjectReads(climb, new ByteBudget(8L << 20, 1 << 20), 2, 4);
    return new ManyObjects(routes, peers, memory, singly, 4).read(versions, scopeOfAll);
  }

  private static void expectRight(List<Version> versions, List<Outcome<ByteBuffer>> outcomes)
      throws ReadException {
    assertThat(outcomes).hasSameSizeAs(versions);
    for (int i = 0; i < versions.size(); i++) {
      expectRight(versions.get(i), outcomes.get(i));
    }
  }

  private static void expectRight(Version version, Outcome<ByteBuffer> outcome)
      throws ReadException {
    byte[] expected = version.size() == 0 ? new byte[0] : FakeBlocks.content(version, 0);
    assertThat(outcome.get()).as("%s", version).isEqualTo(ByteBuffer.wrap(expected));
  }

  private long requests(String form) {
    return one.port.counters().requests(form, form.equals("batch") ? 200 : 206)
        + two.port.counters().requests(form, form.equals("batch") ? 200 : 206);
  }

  @Test
  void all_come_in_as_few_requests_as_their_owners_take() throws Exception {
    List<Version> versions = objects(1_500);
    for (Version version : versions) {
      owner(version).blocks.store(version, 0);
    }
    versions.add(700, FakeBlocks.version("empty", 0));
    versions.add(3, versions.get(900)); // Whoever asks twice gets two buffers.
    expectRight(versions, read(versions, null));
    assertThat(requests("batch")).isLessThanOrEqualTo(8);
    assertThat(requests("resident")).isZero();
  }

  @Test
  void what_does_not_come_with_its_batch_comes_by_itself_or_says_why() throws Exception {
    List<Version> versions = objects(300);
    Version large = FakeBlocks.version("large", 300_000);
    versions.add(large);
    List<Version> lost = new ArrayList<>();
    for (Version version : versions) {
      PortFixture owner = owner(version);
      PortFixture other = owner == one ? two : one;
      switch (random.nextInt(version.equals(large) ? 1 : 6)) {
        case 1 -> lost.add(version);
        case 2 -> other.blocks.store(version, 0);
        case 3 -> {
          // Wrong on the owner's disk, which finds it when it is told.
          owner.blocks.store(version, 0).rot(0);
          other.blocks.store(version, 0);
        }
        default -> owner.blocks.store(version, 0);
      }
    }
    List<Outcome<ByteBuffer>> outcomes = read(versions, null);
    for (int i = 0; i < versions.size(); i++) {
      if (lost.contains(versions.get(i))) {
        assertThat(outcomes.get(i))
            .isInstanceOfSatisfying(
                Outcome.Refused.class,
                refused ->
                    assertThat(refused.why().kind()).isEqualTo(ReadException.Kind.UNAVAILABLE));
      } else {
        expectRight(versions.get(i), outcomes.get(i));
      }
    }
  }

  @Test
  void a_node_that_is_down_is_replaced_by_the_next_in_line() throws Exception {
    List<Version> versions = objects(100);
    for (Version version : versions) {
      two.blocks.store(version, 0);
    }
    one.port.close();
    expectRight(versions, read(versions, null));
  }

  @Test
  void what_memory_has_is_not_asked_for_again() throws Exception {
    List<Version> versions = objects(50);
    for (Version version : versions) {
      owner(version).blocks.store(version, 0);
    }
    MemoryRung memory = new MemoryRung(16L << 20, 65_536);
    expectRight(versions, read(versions, memory));
    long asked = requests("batch");
    expectRight(versions, read(versions, memory));
    assertThat(requests("batch")).isEqualTo(asked);
    assertThat(requests("resident")).isZero();
  }

  /** So many that belong to this node, resident there. */
  private List<Version> residentAt(PortFixture node, int count) throws IOException {
    List<Version> versions = new ArrayList<>();
    for (Version version : objects(10 * count)) {
      if (owner(version) == node && versions.size() < count) {
        node.blocks.store(version, 0);
        versions.add(version);
      }
    }
    return versions;
  }

  @Test
  void a_slow_object_of_a_batch_holds_up_no_large_one() throws Exception {
    List<Version> versions = residentAt(one, 10);
    Version slow = versions.get(3);
    Version large = FakeBlocks.version("large", 300_000);
    one.blocks.resident.remove(slow.block(0));
    FakeFilling slowFill = new FakeFilling(FakeBlocks.content(slow, 0));
    one.blocks.fills = key -> slowFill;
    owner(large).blocks.fills =
        key -> {
          if (key.equals(slow.block(0))) {
            return slowFill;
          }
          // Only now: who waits for the batch first waits until its deadline.
          slowFill.complete();
          FakeFilling fill = new FakeFilling(FakeBlocks.content(large, 0));
          fill.complete();
          return fill;
        };
    versions.add(large);
    expectRight(versions, read(versions, null));
  }

  @Test
  void a_batch_leaves_time_for_what_it_does_not_bring() throws Exception {
    List<Version> versions = residentAt(one, 10);
    Version slow = versions.get(3);
    one.blocks.resident.remove(slow.block(0));
    one.blocks.fills = key -> new FakeFilling(FakeBlocks.content(slow, 0));
    List<Outcome<ByteBuffer>> outcomes =
        new ArrayList<>(read(versions, null, new TwoNodes(), ReadScope.forReader(2_000)));
    assertThat(outcomes.remove(3)).isInstanceOf(Outcome.Refused.class);
    versions.remove(slow);
    expectRight(versions, outcomes);
    assertThat(one.blocks.scopes).as("in the batch, and by itself").hasSizeGreaterThan(1);
  }

  @Test
  void that_a_version_is_gone_settles_it() throws Exception {
    List<Version> versions = residentAt(one, 10);
    Version gone = versions.get(3);
    one.blocks.resident.remove(gone.block(0));
    one.blocks.fills =
        key -> {
          FakeFilling fill = new FakeFilling(FakeBlocks.content(gone, 0));
          fill.end(new Answer.Changed("overwritten"));
          return fill;
        };
    assertThat(read(versions, null).get(3))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.why().kind()).isEqualTo(ReadException.Kind.CHANGED));
    assertThat(one.blocks.scopes).hasSize(1);
  }

  @Test
  void a_node_that_is_busy_gets_the_batch_again_and_not_its_parts() throws Exception {
    try (PortFixture narrow =
            new PortFixture(
                Files.createDirectory(folder.resolve("narrow")),
                settings -> PortFixture.settings(1, 60_000, 5_000, 30_000, 1),
                true);
        RawReader first = narrow.reader()) {
      List<Version> versions = objects(20);
      for (Version version : versions) {
        narrow.blocks.store(version, 0);
      }
      PortFixture.eventually(
          "the only place is taken", () -> narrow.port.counters().openConnections.sum() == 1);
      Thread leaves =
          Thread.ofVirtual()
              .start(
                  () -> {
                    PortFixture.eventually(
                        "turned away", () -> narrow.port.counters().shed.sum() > 0);
                    try {
                      first.close();
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      Routes onlyNarrow =
          new TwoNodes() {
            @Override
            public List<Member> candidates(long placementHash) {
              return List.of(member("narrow", narrow));
            }
          };
      expectRight(versions, read(versions, null, onlyNarrow, ReadScope.forReader(20_000)));
      leaves.join();
      assertThat(narrow.port.counters().requests("batch", 200)).isEqualTo(1);
      assertThat(narrow.port.counters().requests("resident", 206)).isZero();
      peers.close();
    }
  }

  @Test
  void a_batch_that_breaks_down_costs_nothing_but_itself() throws Exception {
    List<Version> versions = residentAt(one, 10);
    AtomicBoolean isBroken = new AtomicBoolean(true);
    Routes broken =
        new TwoNodes() {
          @Override
          public String fingerprint() {
            if (isBroken.getAndSet(false)) {
              throw new IllegalStateException("scripted");
            }
            return super.fingerprint();
          }
        };
    expectRight(versions, read(versions, null, broken, ReadScope.forReader(20_000)));
  }

  @Test
  void what_cannot_be_asked_for_costs_no_other() throws Exception {
    List<Version> versions = residentAt(one, 10);
    versions.add(5, FakeBlocks.version("huge", 3L << 30));
    List<Outcome<ByteBuffer>> outcomes = new ArrayList<>(read(versions, null));
    assertThat(outcomes.remove(5)).isInstanceOf(Outcome.Refused.class);
    versions.remove(5);
    expectRight(versions, outcomes);
    // Longer than a key may be: asked for alone and refused there.
    Version named = FakeBlocks.version("x".repeat(1_100), 100);
    versions.add(5, named);
    outcomes = new ArrayList<>(read(versions, null));
    assertThat(outcomes.remove(5)).isInstanceOf(Outcome.Refused.class);
    versions.remove(5);
    expectRight(versions, outcomes);
    assertThat(requests("batch")).isEqualTo(2);
  }

  @Test
  void a_path_that_is_none_costs_no_other() {
    List<Outcome<OpenObject>> outcomes =
        ManyOpens.open(
            List.of("/a/b", "b", "/c/d"),
            "trace",
            path -> {
              if (path.equals("b")) {
                throw new IllegalArgumentException("not /mount/key: 'b'");
              }
              throw new ReadException(ReadException.Kind.NOT_FOUND, "no " + path);
            });
    assertThat(outcomes)
        .extracting(outcome -> ((Outcome.Refused<OpenObject>) outcome).why().kind())
        .containsExactly(
            ReadException.Kind.NOT_FOUND,
            ReadException.Kind.UNAVAILABLE,
            ReadException.Kind.NOT_FOUND);
    assertThat(((Outcome.Refused<OpenObject>) outcomes.get(1)).why())
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }
}
