package io.blockring.node.membership;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.node.book.Book;
import io.blockring.node.config.ClusterSettings;
import io.blockring.wire.v1.BookExchange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.roaringbitmap.RoaringBitmap;

/**
 * Nodes of one cluster without threads and network: time passes and messages travel as a test says,
 * so that a seed repeats a run exactly. Books, exchanges, presence and rings are the real ones.
 */
final class SimulatedCluster {
  static final Duration STEP = Duration.ofMillis(250);
  static final Duration GRACE = Duration.ofMinutes(10);
  private static final Duration EXCHANGE_INTERVAL = Duration.ofSeconds(2);
  private static final long START_NANOS = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();
  private static final int FIRST_PORT = 9000;

  /** Of a message that goes one way. */
  private record Link(int from, int to) {}

  /** One process. */
  final class Node {
    final String id;
    final int number;
    final int weight;
    final Duration clockError;

    /** Every slot it owned in any of its rings. */
    final RoaringBitmap everOwned = new RoaringBitmap();

    Cluster cluster;
    boolean isRunning = true;
    private Book book;
    private long exchangedNanos;
    private String exchangedBook = "";

    private Node(String id, int weight, Duration clockError) {
      this.id = id;
      this.number = nodes.size();
      this.weight = weight;
      this.clockError = clockError;
      open();
    }

    private void open() {
      book = Book.open(directory.resolve(number + ".book"), id);
      cluster =
          new Cluster(
              id,
              new ClusterSettings("test", List.of(), 0, GRACE, 10, 20_000, 0),
              book,
              new BookAlone(),
              (peer, message, deadline) -> carry(number, peer, message),
              () -> nodes.stream().map(Node::control).toList(),
              Duration.ofSeconds(1),
              () -> nanos,
              () -> epochMillis() + clockError.toMillis());
      cluster.onChange(view -> everOwned.or(view.ring().slotsOf(id)));
      cluster.join(() -> weight, "", new MemberAddress("node", 1, FIRST_PORT + number, 2, 3));
    }

    private ControlAddress control() {
      return new ControlAddress("node", FIRST_PORT + number);
    }

    /** Ends at once and says nothing; its disk stays. */
    void kill() {
      isRunning = false;
    }

    void restart() {
      isRunning = true;
      open();
    }

    private void tick() {
      boolean isDue = nanos - exchangedNanos >= EXCHANGE_INTERVAL.toNanos();
      boolean isExchanging = isDue || !book.fingerprint().equals(exchangedBook);
      cluster.tick(isExchanging);
      if (isExchanging) {
        exchangedNanos = nanos;
        exchangedBook = book.fingerprint();
      }
    }

    long bookVersion(String memberId) {
      return Objects.requireNonNull(book.get(MemberRecords.key(memberId))).version();
    }

    String ring() {
      return cluster.view().ring().fingerprint();
    }

    List<String> members() {
      return cluster.view().members().stream().map(Member::id).toList();
    }

    Member sees(String other) {
      return cluster.view().member(other).orElseThrow();
    }
  }

  final Random random;
  final List<Node> nodes = new ArrayList<>();
  private final Path directory;
  private final Set<Link> cut = new HashSet<>();

  /** Close to its overflow when a test begins. */
  private long nanos = START_NANOS;

  SimulatedCluster(Path directory, long seed) {
    this.directory = directory;
    this.random = new Random(seed);
  }

  Node add(String id, int weight) {
    return add(id, weight, Duration.ZERO);
  }

  Node add(String id, int weight, Duration clockError) {
    Node node = new Node(id, weight, clockError);
    nodes.add(node);
    return node;
  }

  private BookExchange carry(int from, ControlAddress to, BookExchange message) throws IOException {
    Node peer = nodes.get(to.port() - FIRST_PORT);
    if (!peer.isRunning || cut.contains(new Link(from, peer.number))) {
      throw new IOException("the message is lost");
    }
    BookExchange answer = peer.cluster.answer(message);
    if (cut.contains(new Link(peer.number, from))) {
      throw new IOException("the answer is lost");
    }
    return answer;
  }

  /** What one node sends to another is lost. */
  void cut(Node from, Node to) {
    cut.add(new Link(from.number, to.number));
  }

  void heal(Node from, Node to) {
    cut.remove(new Link(from.number, to.number));
  }

  void healAll() {
    cut.clear();
  }

  /** The first nodes on one side, the others on the other. */
  void split(int first) {
    for (Node one : nodes) {
      for (Node other : nodes) {
        if (one.number < first != other.number < first) {
          cut(one, other);
        }
      }
    }
  }

  void pass(Duration time) {
    for (long steps = time.dividedBy(STEP); steps > 0; steps--) {
      nanos += STEP.toNanos();
      List<Node> running = new ArrayList<>(running());
      Collections.shuffle(running, random);
      running.forEach(Node::tick);
    }
  }

  /** Of a clock that is right. */
  private long epochMillis() {
    return 1_800_000_000_000L + (nanos - START_NANOS) / 1_000_000;
  }

  void announceMaintenance(String id, Duration length) {
    any().cluster.setMaintenance(id, epochMillis() + length.toMillis());
  }

  List<Node> running() {
    return nodes.stream().filter(node -> node.isRunning).toList();
  }

  Node any() {
    List<Node> running = running();
    return running.get(random.nextInt(running.size()));
  }

  /** Whether all that run have one ring and say the same of all members. */
  boolean agrees() {
    return running().stream().map(SimulatedCluster::seenBy).distinct().count() == 1;
  }

  private static List<Object> seenBy(Node node) {
    ClusterView view = node.cluster.view();
    List<Object> seen = new ArrayList<>(List.of(view.ring().fingerprint(), view.heldSlots()));
    seen.add(view.bypasses());
    for (Member member : view.members()) {
      seen.add(
          List.of(
              member.id(),
              member.weight(),
              member.isDraining(),
              member.isIsolated(),
              member.maintenanceUntilEpochMillis(),
              member.liveness()));
    }
    return seen;
  }
}
