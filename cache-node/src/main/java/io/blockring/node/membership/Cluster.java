package io.blockring.node.membership;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.namespace.Digest;
import io.blockring.node.book.Book;
import io.blockring.node.book.BookCourier;
import io.blockring.node.book.BookExchanger;
import io.blockring.node.config.ClusterSettings;
import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import io.blockring.wire.v1.BookExchange;
import io.blockring.wire.v1.MemberRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link ClusterView} current from the book, the group and the exchanges, and writes what
 * operators decide into the book. Serves from the book on disk before any other node is heard of.
 *
 * <p>One thread updates the view; operators' calls update it themselves before they return. Both
 * hold {@code updateLock}; the book's own lock is taken inside it, never the other way round.
 */
public final class Cluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration UPDATES_APART = Duration.ofMillis(20);
  private static final Duration MERGES_APART = Duration.ofSeconds(1);
  private static final Duration EXCHANGE_INTERVAL = Duration.ofSeconds(2);

  private final String nodeId;
  private final MemberRecords records;
  private final Book book;
  private final Membership membership;
  private final Supplier<Collection<ControlAddress>> seeds;
  private final BookExchanger exchanger;
  private final Presence presence;
  private final RingHistory rings;
  private final HeldRecords held;
  private final List<Consumer<ClusterView>> listeners = new CopyOnWriteArrayList<>();
  private final Object updateLock = new Object();
  private final Semaphore wake = new Semaphore(0);
  private final AtomicLong mergedNanos;
  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;
  private final Thread thread;
  private @Nullable OwnRecord ownRecord;
  private volatile BooleanSupplier hasBlocks = () -> true;
  private volatile ClusterView view;
  private volatile boolean isClosed;

  /**
   * @param nodeId this node, see {@link io.blockring.node.config.StateDirectory#nodeId}
   * @param book this node's; nobody else may write records of kind member, held and bypass
   * @param membership not started; belongs to the cluster from now on
   * @param courier carries the book to peers
   * @param seeds control addresses to try besides those of known members; asked every 2 s
   * @param callDeadline of each exchange
   */
  public Cluster(
      String nodeId,
      ClusterSettings settings,
      Book book,
      Membership membership,
      BookCourier courier,
      Supplier<Collection<ControlAddress>> seeds,
      Duration callDeadline) {
    this(
        nodeId,
        settings,
        book,
        membership,
        courier,
        seeds,
        callDeadline,
        System::nanoTime,
        System::currentTimeMillis);
  }

  /**
   * @param wallMillis only says when maintenance and bypasses end: operators gave a time of day
   */
  Cluster(
      String nodeId,
      ClusterSettings settings,
      Book book,
      Membership membership,
      BookCourier courier,
      Supplier<Collection<ControlAddress>> seeds,
      Duration callDeadline,
      LongSupplier nanoTime,
      LongSupplier wallMillis) {
    this.nanoTime = nanoTime;
    this.wallMillis = wallMillis;
    this.mergedNanos = new AtomicLong(nanoTime.getAsLong() - MERGES_APART.toNanos());
    this.nodeId = nodeId;
    this.book = book;
    this.records = new MemberRecords(book);
    this.membership = membership;
    this.seeds = seeds;
    this.presence = new Presence(settings.grace());
    RingParameters parameters =
        new RingParameters(settings.slotBits(), settings.epsilonPpm(), settings.seed());
    this.exchanger =
        new BookExchanger(
            book,
            settings.name(),
            nodeId,
            () -> view().ring().fingerprint(),
            this::peers,
            courier,
            EXCHANGE_INTERVAL,
            callDeadline,
            nanoTime);
    SortedMap<String, MemberRecord> living = records.living();
    this.held = new HeldRecords(book, nodeId);
    this.rings = new RingHistory(nodeId, parameters, ringMembers(living), nanoTime.getAsLong());
    this.view = snapshot(living, updatePresence(living, nanoTime.getAsLong()));
    this.thread = Thread.ofPlatform().name("cluster").daemon().unstarted(this::run);
  }

  /**
   * Becomes a member: writes this node's record if it changed, joins the group in the background,
   * begins to exchange the book. To be called once, when the control port answers.
   *
   * @param weight share of the ring unless an operator pinned one; asked again every few seconds
   */
  public void start(IntSupplier weight, String zone, MemberAddress address) {
    join(weight, zone, address);
    book.onChange(changed -> wake.release());
    membership.onChange(this::peersChanged);
    exchanger.onHeard(wake::release);
    membership.start(
        new Membership.Peer(nodeId, new ControlAddress(address.host(), address.controlPort())));
    exchanger.start();
    thread.start();
  }

  /**
   * Says whether anything is stored here. A node without a block holds no slots: one that starts
   * with an empty book takes itself for the only owner until it has heard of the others.
   */
  public void storeHasBlocks(BooleanSupplier hasBlocks) {
    this.hasBlocks = hasBlocks;
  }

  /** The part of {@link #start} that needs no threads. */
  void join(IntSupplier weight, String zone, MemberAddress address) {
    synchronized (updateLock) {
      ownRecord = new OwnRecord(book, nodeId, weight, zone, address);
    }
    update();
  }

  /** What the threads would do by now: for whoever keeps the time himself. */
  void tick(boolean isExchanging) {
    update();
    if (isExchanging) {
      exchanger.exchangeNow();
    }
  }

  /**
   * Asks the others for their books: something was seen that this one does not explain. Cheap, and
   * of many calls one a second has an effect, so every request that saw another ring may call it.
   */
  public void mergeSoon() {
    long now = nanoTime.getAsLong();
    long last = mergedNanos.get();
    if (now - last >= MERGES_APART.toNanos() && mergedNanos.compareAndSet(last, now)) {
      exchanger.poke();
    }
  }

  private void peersChanged() {
    wake.release();
    exchanger.poke();
  }

  /** The cluster now. Never blocks. */
  public ClusterView view() {
    return view;
  }

  /** Calls back with every new view, in order, on the thread that made it; must not block. */
  public void onChange(Consumer<ClusterView> listener) {
    listeners.add(listener);
  }

  /** Milliseconds since a member was last heard of; 0 for this node. */
  public long unseenMillis(String memberId) {
    long now = nanoTime.getAsLong();
    return memberId.equals(nodeId)
        ? 0
        : Math.max(0, now - presence.of(memberId, now).seenNanos()) / 1_000_000;
  }

  /** Talks about the book that ended well, and that failed. */
  public long exchanges() {
    return exchanger.exchanges();
  }

  /** Talks about the book that failed. */
  public long failedExchanges() {
    return exchanger.failures();
  }

  /**
   * Answers a peer's message about the book.
   *
   * @throws IllegalArgumentException when it comes from another cluster or is malformed
   */
  public BookExchange answer(BookExchange request) {
    return exchanger.answer(request);
  }

  /**
   * Pins a member's weight; it survives restarts of that member.
   *
   * @param weight 0 to {@link RingMember#MAX_WEIGHT}
   * @return false when there is no such member
   */
  public boolean setWeight(String memberId, int weight) {
    if (weight < 0 || weight > RingMember.MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "weight " + weight + " is not between 0 and " + RingMember.MAX_WEIGHT);
    }
    return edit(memberId, member -> member.setWeight(weight).setWeightIsPinned(true));
  }

  /**
   * Lets a member be away until then without counting as gone; 0 ends it.
   *
   * @return false when there is no such member
   */
  public boolean setMaintenance(String memberId, long untilEpochMillis) {
    return edit(memberId, member -> member.setMaintenanceUntilEpochMillis(untilEpochMillis));
  }

  /**
   * Lets a member own nothing, so that it gives its blocks away, or own its weight again.
   *
   * @param rateBytes how fast, a second; 0: as its settings say
   * @return false when there is no such member
   */
  public boolean setDraining(String memberId, boolean isDraining, long rateBytes) {
    return edit(memberId, member -> member.setDraining(isDraining).setDrainRateBytes(rateBytes));
  }

  /**
   * Lets nobody read from a member, which keeps its slots and blocks, or lets them again.
   *
   * @param because for whoever looks at it later; may be empty
   * @return false when there is no such member
   */
  public boolean setIsolated(String memberId, boolean isIsolated, String because) {
    return edit(memberId, member -> member.setIsolated(isIsolated).setIsolatedBecause(because));
  }

  /**
   * Waits no longer for members that are away or gone, however many vanished together: they are
   * removed once they are gone.
   *
   * @return who they are
   */
  public List<String> startRepair() {
    List<String> missing =
        view.members().stream().filter(member -> !member.isAlive()).map(Member::id).toList();
    missing.forEach(id -> edit(id, member -> member.setNotAwaited(true)));
    return missing;
  }

  /** Slots that this node may have blocks of and does not own; the caller's own. */
  public RoaringBitmap heldSlots() {
    return held.of(nodeId);
  }

  /**
   * Nothing of these slots is left here that their owners lack: others need not ask this node for
   * them any more.
   *
   * @param epoch of the view under which they were handed over; once the ring has changed, a slot
   *     may have come and gone again, and nothing is done
   */
  public void handedOver(RoaringBitmap slots, long epoch) {
    synchronized (updateLock) {
      if (epoch == rings.epoch()) {
        held.handedOver(slots);
      }
    }
    update();
  }

  private boolean edit(String memberId, Consumer<MemberRecord.Builder> change) {
    if (!records.living().containsKey(memberId)) {
      return false;
    }
    records.edit(
        memberId,
        member -> {
          MemberRecord.Builder builder = member.toBuilder();
          change.accept(builder);
          return builder.build();
        });
    update();
    return true;
  }

  /**
   * Removes a member's record, so that others own its slots. A member that runs should be drained
   * first; one that restarts comes back by itself.
   *
   * @return false when there is no such member
   */
  public boolean remove(String memberId) {
    boolean isRemoved = records.remove(memberId, MemberRecords.OPERATOR);
    update();
    return isRemoved;
  }

  /** Sends every node's reads of a mount straight to the bucket until then; 0 ends it. */
  public void setBypass(String mount, long untilEpochMillis) {
    records.setBypass(mount, untilEpochMillis);
    update();
  }

  private void run() {
    while (!isClosed) {
      try {
        if (wake.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
          Thread.sleep(UPDATES_APART);
          wake.drainPermits();
        }
        update();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.error("the cluster view could not be updated; trying again", e);
      }
    }
  }

  private void update() {
    synchronized (updateLock) {
      long now = nanoTime.getAsLong();
      if (ownRecord != null) {
        ownRecord.assertIt(now);
      }
      SortedMap<String, MemberRecord> living = records.living();
      Map<String, Presence.State> states = updatePresence(living, now);
      if (removeGone(living, states)) {
        living = records.living();
      }
      // When it is too early for the next ring, the next tick makes it.
      Ring before = rings.ring();
      rings.follow(ringMembers(living), now);
      if (rings.ring() != before && hasBlocks.getAsBoolean()) {
        held.ringChanged(before, rings.ring());
      }
      ClusterView next = snapshot(living, states);
      if (!next.saysTheSameAs(view)) {
        view = next;
        listeners.forEach(listener -> listener.accept(next));
      }
    }
  }

  private Map<String, Presence.State> updatePresence(
      SortedMap<String, MemberRecord> living, long nowNanos) {
    Set<String> present = new HashSet<>(Set.of(nodeId));
    membership.present().forEach(peer -> present.add(peer.nodeId()));
    List<Presence.Sighting> sightings = new ArrayList<>();
    living.forEach((id, record) -> sightings.add(sighting(id, record, present.contains(id))));
    return presence.update(sightings, nowNanos);
  }

  private Presence.Sighting sighting(String id, MemberRecord record, boolean isPresent) {
    Long heard = exchanger.heardNanos(id);
    return new Presence.Sighting(
        id,
        MemberRecords.ringMember(id, record).weight(),
        isPresent,
        heard != null,
        heard == null ? 0 : heard,
        isExcused(record),
        !record.getNotAwaited());
  }

  /** By the wall clock: an operator said until when. */
  private boolean isExcused(MemberRecord record) {
    return record.getMaintenanceUntilEpochMillis() > wallMillis.getAsLong();
  }

  /** Of a gone member's record one node takes care; should two, both write the same. */
  private boolean removeGone(
      SortedMap<String, MemberRecord> living, Map<String, Presence.State> states) {
    boolean isChanged = false;
    for (String id : living.keySet()) {
      Presence.State state = states.get(id);
      if (state != null
          && state.liveness() == Liveness.GONE
          && !state.isHeld()
          && view.isOwner(Digest.of("record", id).high())) {
        LOG.warn("node {} is gone: its record is removed and its slots get other owners", id);
        isChanged |= records.remove(id, MemberRecords.GONE);
      }
    }
    return isChanged;
  }

  private ClusterView snapshot(
      SortedMap<String, MemberRecord> living, Map<String, Presence.State> states) {
    List<Member> members = new ArrayList<>();
    living.forEach(
        (id, record) -> {
          Presence.State state = states.get(id);
          members.add(
              new Member(
                  id,
                  MemberRecords.weight(record),
                  record.getWeightIsPinned(),
                  record.getDraining(),
                  record.getDrainRateBytes(),
                  record.getIsolated(),
                  record.getIsolatedBecause(),
                  record.getZone(),
                  MemberRecords.address(record),
                  record.getMaintenanceUntilEpochMillis(),
                  state == null ? Liveness.AWAY : state.liveness(),
                  state != null && state.isHeld() && !isExcused(record),
                  id.equals(nodeId)));
        });
    return new ClusterView(
        nodeId,
        rings.ring(),
        rings.epoch(),
        rings.previous(nanoTime.getAsLong()),
        held.all(),
        members,
        records.bypasses(wallMillis.getAsLong()));
  }

  private static List<RingMember> ringMembers(SortedMap<String, MemberRecord> living) {
    List<RingMember> members = new ArrayList<>();
    living.forEach((id, record) -> members.add(MemberRecords.ringMember(id, record)));
    return members;
  }

  /** Control addresses of all known members and of the seeds. */
  private Collection<ControlAddress> peers() {
    Set<ControlAddress> peers = new LinkedHashSet<>(seeds.get());
    membership.present().stream()
        .filter(peer -> !peer.nodeId().equals(nodeId))
        .forEach(peer -> peers.add(peer.control()));
    records
        .living()
        .forEach(
            (id, record) -> {
              MemberAddress address = MemberRecords.address(record);
              if (!id.equals(nodeId) && !address.host().isEmpty() && address.controlPort() > 0) {
                peers.add(new ControlAddress(address.host(), address.controlPort()));
              }
            });
    return peers;
  }

  /** Leaves the group; the record stays, because a stop is not a departure. */
  @Override
  public void close() {
    isClosed = true;
    // Not interrupted: it may be writing the book.
    wake.release();
    exchanger.close();
    membership.close();
  }
}
