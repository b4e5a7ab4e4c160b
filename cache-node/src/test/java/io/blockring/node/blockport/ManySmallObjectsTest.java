package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.blockring.client.object.ObjectReads;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
  private final class TwoNodes implements Routes {
    @Override
    public List<Member> candidates(long placementHash) {
      List<Member> line = List.of(member("one", one), member("two", two));
      return placementHash < 0 ? line : line.reversed();
    }

    private Member member(String id, PortFixture fixture) {
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
    Routes routes = new TwoNodes();
    BlockSource climb =
        (range, sink, scope) -> {
          Climb ladder = new Climb(range, sink, scope);
          for (Routes.Member member : routes.candidates(range.placementHash())) {
            PeerAddress address = new PeerAddress(member.host(), member.blockPort());
            ladder.settles(
                member.id(), peers.source(address, BlockWire.Kind.READ, routes::fingerprint));
          }
          return ladder.answer();
        };
    ObjectReads singly = new ObjectReads(climb, new ByteBudget(8L << 20, 1 << 20), 2, 4);
    return new ManyObjects(routes, peers, memory, singly, 4)
        .read(versions, ReadScope.forReader(20_000));
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
}
