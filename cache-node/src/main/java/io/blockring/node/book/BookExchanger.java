package io.blockring.node.book;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.wire.v1.BookExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the books of all members equal: asks every peer after each change and at every interval
 * whether its book differs, and then exchanges what each lacks. An exchange also proves that the
 * other lives.
 *
 * <p>One thread wakes; each peer is talked to on a virtual thread of its own, one talk at a time,
 * so that a hanging peer delays nobody else.
 */
public final class BookExchanger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BookExchanger.class);
  private static final int MAX_TALKS = 64;
  private static final int MAX_ROUNDS = 16;

  /** Changes come in bursts: one round for all of them. */
  private static final Duration ROUNDS_APART = Duration.ofMillis(20);

  /** Members whose signs of life are kept; more do not fit one cluster. */
  private static final int MAX_HEARD = 10_000;

  private static final long RINGS_SETTLE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long NOT_AGAIN_NANOS = Duration.ofMinutes(10).toNanos();

  private final Book book;
  private final BookAnswers answers;
  private final String nodeId;
  private final Supplier<Collection<ControlAddress>> peers;
  private final BookCourier courier;
  private final Duration interval;
  private final Duration deadline;
  private final LongSupplier nanoTime;
  private final Semaphore talks = new Semaphore(MAX_TALKS);
  private final Map<ControlAddress, AtomicInteger> wantedTalks = new ConcurrentHashMap<>();
  private final Map<String, Long> heardNanos = new ConcurrentHashMap<>();
  private final Map<String, Long> ringsDifferSinceNanos = new ConcurrentHashMap<>();
  private final Supplier<String> ringFingerprint;
  private final LongAdder exchanges = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final Semaphore wake = new Semaphore(0);
  private final Thread loop;
  private volatile Runnable onHeard = () -> {};
  private volatile boolean isClosed;

  /**
   * @param ringFingerprint of the ring this node uses now; a lasting difference with a peer whose
   *     book is equal is logged
   * @param peers whom to talk to; asked at every round. This node itself may be among them
   * @param interval between rounds when nothing changes
   * @param deadline of each call
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public BookExchanger(
      Book book,
      String cluster,
      String nodeId,
      Supplier<String> ringFingerprint,
      Supplier<Collection<ControlAddress>> peers,
      BookCourier courier,
      Duration interval,
      Duration deadline,
      LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.book = book;
    this.answers = new BookAnswers(book, cluster, nodeId, ringFingerprint);
    this.ringFingerprint = ringFingerprint;
    this.nodeId = nodeId;
    this.peers = peers;
    this.courier = courier;
    this.interval = interval;
    this.deadline = deadline;
    this.loop = Thread.ofPlatform().name("book-exchange").daemon().unstarted(this::run);
  }

  /** Begins to talk to peers. */
  public void start() {
    book.onChange(changed -> poke());
    loop.start();
  }

  /** Talks with every peer in turn, on the caller's thread: for whoever keeps the time himself. */
  public void exchangeNow() {
    peers.get().forEach(this::talkOnce);
  }

  /** Starts a round now, because peers or records changed. */
  public void poke() {
    wake.release();
  }

  /** Calls back when a member is heard of that was silent for more than a second. */
  public void onHeard(Runnable listener) {
    onHeard = listener;
  }

  /**
   * When a member last took part in an exchange, on {@link System#nanoTime}'s clock; null when it
   * never did.
   */
  public @Nullable Long heardNanos(String memberId) {
    return heardNanos.get(memberId);
  }

  /** Talks with peers that ended well. */
  public long exchanges() {
    return exchanges.sum();
  }

  /** Talks with peers that failed. */
  public long failures() {
    return failures.sum();
  }

  /**
   * Answers a peer's message.
   *
   * @throws IllegalArgumentException when it comes from another cluster
   */
  public BookExchange answer(BookExchange request) {
    BookExchange answer = answers.answer(request);
    heard(request);
    return answer;
  }

  private void run() {
    while (!isClosed) {
      for (ControlAddress peer : peers.get()) {
        want(peer);
      }
      wantedTalks.keySet().retainAll(peers.get());
      try {
        if (wake.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS)) {
          Thread.sleep(ROUNDS_APART);
          wake.drainPermits();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Starts a talk, or has the running one followed by another. */
  private void want(ControlAddress peer) {
    AtomicInteger wanted = wantedTalks.computeIfAbsent(peer, p -> new AtomicInteger());
    if (wanted.getAndIncrement() == 0) {
      Thread.ofVirtual().name("book-talk-" + peer).start(() -> talkWhileWanted(peer, wanted));
    }
  }

  private void talkWhileWanted(ControlAddress peer, AtomicInteger wanted) {
    int served;
    do {
      served = wanted.get();
      try {
        talks.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      try {
        talkOnce(peer);
      } finally {
        talks.release();
      }
    } while (!isClosed && !wanted.compareAndSet(served, 0));
  }

  private void talkOnce(ControlAddress peer) {
    try {
      talk(peer);
      exchanges.increment();
    } catch (IOException e) {
      failures.increment();
      LOG.debug("book exchange with {} failed: {}", peer, e.getMessage());
    } catch (RuntimeException e) {
      failures.increment();
      LOG.warn("book exchange with {} failed", peer, e);
    }
  }

  private void talk(ControlAddress peer) throws IOException {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      BookExchange theirs = ask(peer, answers.question());
      if (theirs.getFromMember().equals(nodeId)) {
        return;
      }
      if (theirs.getBookFingerprint().equals(book.fingerprint())) {
        compareRings(theirs);
        return;
      }
      ask(peer, answers.offer(theirs));
    }
  }

  private BookExchange ask(ControlAddress peer, BookExchange message) throws IOException {
    BookExchange answer = courier.exchange(peer, message, deadline);
    try {
      answers.accept(answer);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    heard(answer);
    return answer;
  }

  private void heard(BookExchange message) {
    String member = message.getFromMember();
    if (member.isEmpty() || member.equals(nodeId) || member.length() > RecordKey.MAX_LENGTH) {
      return;
    }
    if (heardNanos.size() >= MAX_HEARD && !heardNanos.containsKey(member)) {
      return;
    }
    long now = nanoTime.getAsLong();
    Long before = heardNanos.put(member, now);
    if (before == null || now - before > 1_000_000_000L) {
      onHeard.run();
    }
  }

  /** Rings follow the book with a little delay, so only a difference that lasts means something. */
  private void compareRings(BookExchange theirs) {
    String own = ringFingerprint.get();
    String member = theirs.getFromMember();
    if (own.equals(theirs.getRingFingerprint())) {
      ringsDifferSinceNanos.remove(member);
      return;
    }
    long now = nanoTime.getAsLong();
    Long since = ringsDifferSinceNanos.putIfAbsent(member, now);
    if (since != null && now - since > RINGS_SETTLE_NANOS) {
      ringsDifferSinceNanos.put(member, now + NOT_AGAIN_NANOS);
      LOG.warn(
          "node {} has an equal book but another ring: its cluster.slotBits, epsilonPpm or seed"
              + " differ from this node's; both go on serving",
          member);
    }
  }

  /** Stops talking; a talk that runs ends by its deadline. */
  @Override
  public void close() {
    isClosed = true;
    wake.release();
  }
}
