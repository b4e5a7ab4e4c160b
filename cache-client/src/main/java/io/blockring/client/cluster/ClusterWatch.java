package io.blockring.client.cluster;

import io.blockring.client.ladder.Routes;
import io.blockring.client.namespace.MountId;
import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as a process outside of it sees it: asks a node for the topology, again every second
 * or two, at once when a reply names another ring, and another node when one does not answer.
 */
public final class ClusterWatch implements Routes, AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration CALL_DEADLINE = Duration.ofSeconds(2);

  /** Further ones are never worth their wait. */
  private static final int MAX_CANDIDATES = 4;

  private record View(
      Topology topology,
      Ring ring,
      Map<String, Topology.Member> byId,
      Map<MountId, Integer> replicas) {}

  private final ControlClient control;
  private final List<ControlAddress> seeds;
  private final String zone;
  private final Thread watcher;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private boolean isWanted; // guarded by lock
  private volatile boolean isClosed;
  private volatile View view;

  /**
   * Asks the seeds, in turn, until one answers.
   *
   * @param zone this process's; empty: every member is near
   * @throws ControlException when none does; the message names each and what it said
   */
  public ClusterWatch(ControlClient control, List<ControlAddress> seeds, String zone)
      throws ControlException {
    this.zone = zone;
    this.control = control;
    this.seeds = List.copyOf(seeds);
    this.view = view(firstAnswer(this.seeds), null);
    this.watcher = Thread.ofVirtual().name("cluster-watch").start(this::watch);
  }

  /** The newest answer. */
  public Topology topology() {
    return view.topology();
  }

  /** How many members keep each block of a mount; 1 for one that is not known. */
  public int replicasOf(MountId mount) {
    return view.replicas().getOrDefault(mount, 1);
  }

  @Override
  public List<Member> candidates(long placementHash) {
    return candidates(placementHash, 1);
  }

  @Override
  public List<Member> candidates(long placementHash, int replicas) {
    View now = view;
    int slot = now.ring().slotOf(placementHash);
    Line line = new Line(now);
    if (replicas > 1) {
      now.ring().owners(slot, replicas).forEach(line::add);
    }
    for (RingMember next : now.ring().failoverWalk(slot)) {
      if (line.alive.size() == MAX_CANDIDATES) {
        break;
      }
      line.add(next);
    }
    // One that looks away to the node we asked may still be reached by us: better late than not at
    // all.
    line.alive.addAll(line.away);
    return line.alive.stream().limit(MAX_CANDIDATES).toList();
  }

  private final class Line {
    private final View now;
    private final Set<Member> alive = new LinkedHashSet<>();
    private final Set<Member> away = new LinkedHashSet<>();

    Line(View now) {
      this.now = now;
    }

    void add(RingMember next) {
      Topology.Member member = now.byId().get(next.id());
      if (member != null && !member.isIsolated()) {
        (member.isAlive() ? alive : away).add(routed(member));
      }
    }
  }

  @Override
  public List<Member> holders(long placementHash) {
    return List.of();
  }

  @Override
  public String fingerprint() {
    return view.topology().ringFingerprint();
  }

  /** A reply came from another ring than ours: ask again now. Returns at once. */
  public void isOutdated() {
    lock.lock();
    try {
      isWanted = true;
      wake.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    watcher.interrupt();
  }

  private void watch() {
    while (!isClosed) {
      try {
        pause();
        Topology topology = ask(known());
        view = view(topology, view);
      } catch (InterruptedException e) {
        return; // closed
      } catch (ControlException e) {
        // Nobody answers: what is known stays, and reads say what they meet.
        continue;
      }
    }
  }

  private void pause() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (!isWanted) {
        boolean isWoken = wake.await(EVERY.toMillis(), TimeUnit.MILLISECONDS);
        if (isWoken) {
          // A ring that changes makes many replies differ; one answer serves them all.
          wake.await(50, TimeUnit.MILLISECONDS);
        }
      }
      isWanted = false;
    } finally {
      lock.unlock();
    }
  }

  private List<ControlAddress> known() {
    Set<ControlAddress> addresses = new LinkedHashSet<>();
    view.topology().members().stream()
        .filter(Topology.Member::isAlive)
        .forEach(member -> addresses.add(member.control()));
    addresses.addAll(seeds);
    return List.copyOf(addresses);
  }

  /**
   * A first call also makes the connection, and on a busy host that alone may take the deadline:
   * whoever does not refuse is asked once more, over the connection that is there by then.
   */
  private Topology firstAnswer(List<ControlAddress> nodes) throws ControlException {
    long begun = System.nanoTime();
    try {
      return ask(nodes);
    } catch (ControlException e) {
      if (System.nanoTime() - begun < CALL_DEADLINE.toNanos()) {
        throw e;
      }
      return ask(nodes);
    }
  }

  private Topology ask(List<ControlAddress> nodes) throws ControlException {
    ControlException last = null;
    for (ControlAddress node : nodes) {
      try {
        return control.topology(node, CALL_DEADLINE);
      } catch (ControlException e) {
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
      }
    }
    throw new ControlException(
        ControlException.Kind.UNAVAILABLE,
        "none of "
            + nodes
            + " told the topology"
            + (last == null ? "" : "; the last said: " + last.getMessage()),
        last == null ? new IllegalArgumentException("no address given") : last);
  }

  private static View view(Topology topology, @Nullable View before) {
    Ring ring =
        before != null && before.topology().ringFingerprint().equals(topology.ringFingerprint())
            ? before.ring()
            : topology.ring();
    Map<String, Topology.Member> byId = new HashMap<>();
    topology.members().forEach(member -> byId.put(member.id(), member));
    Map<MountId, Integer> replicas = new HashMap<>();
    topology.mounts().forEach(mount -> replicas.put(mount.mount().id(), mount.mount().replicas()));
    return new View(topology, ring, byId, replicas);
  }

  private Member routed(Topology.Member member) {
    return new Member(
        member.id(),
        member.host(),
        member.blockPort(),
        member.controlPort(),
        false,
        zone.isEmpty() || zone.equals(member.zone()));
  }
}
