package io.blockring.node.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides who is alive, away or gone from what was last seen of each member. Pure but for what it
 * remembers; times are on {@link System#nanoTime}'s clock and given by the caller. One writer.
 *
 * <p>When more than a tenth of the weight vanishes within a minute, it is more likely that this
 * node or a switch is cut off than that so many died: those members are held, and stay so until
 * they are seen again or an operator gives them up.
 */
final class Presence {
  /** A member without a sign for this long is away. Below 6 s, so that a hang is seen in 6 s. */
  static final Duration SILENCE = Duration.ofMillis(5500);

  private static final long LOSS_WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int LOSS_DIVISOR = 10;

  /**
   * What is known of a member now.
   *
   * @param isPresent whether the group has it (or it is this node)
   * @param heardNanos its last book exchange; meaningless unless {@code wasHeard}
   * @param isExcused in maintenance: away for longer is no reason to call it gone
   * @param isAwaited not given up by an operator: it may be held
   */
  record Sighting(
      String id,
      int weight,
      boolean isPresent,
      boolean wasHeard,
      long heardNanos,
      boolean isExcused,
      boolean isAwaited) {}

  /** The decision about a member. */
  record State(Liveness liveness, boolean isHeld, long seenNanos) {}

  private final long graceNanos;
  private final Map<String, State> states = new ConcurrentHashMap<>();
  private final Map<String, Long> firstNanos = new HashMap<>();

  Presence(Duration grace) {
    this.graceNanos = grace.toNanos();
  }

  /** Takes in what is known of all members; others are forgotten. */
  Map<String, State> update(Collection<Sighting> sightings, long nowNanos) {
    Map<String, State> before = Map.copyOf(states);
    List<Sighting> vanished = new ArrayList<>();
    states.keySet().retainAll(sightings.stream().map(Sighting::id).toList());
    firstNanos.keySet().retainAll(states.keySet());
    for (Sighting sighting : sightings) {
      State was = before.get(sighting.id());
      State is = state(sighting, was, nowNanos);
      states.put(sighting.id(), is);
      if (is.liveness != Liveness.ALIVE && (was == null || was.liveness == Liveness.ALIVE)) {
        vanished.add(sighting);
      }
    }
    if (!vanished.isEmpty()) {
      holdAfterMassLoss(sightings, nowNanos);
    }
    return Map.copyOf(states);
  }

  /** The last decision about a member, from any thread. */
  State of(String id, long nowNanos) {
    return states.getOrDefault(id, new State(Liveness.AWAY, false, nowNanos));
  }

  private State state(
      Sighting sighting, @org.jspecify.annotations.Nullable State was, long nowNanos) {
    // Somebody never seen gets the benefit of the doubt: others may see it, the book names it.
    long first = firstNanos.computeIfAbsent(sighting.id(), id -> nowNanos);
    long heard = sighting.wasHeard() ? sighting.heardNanos() : first;
    long seen = sighting.isPresent() ? nowNanos : was == null ? heard : later(was.seenNanos, heard);
    if (sighting.isPresent() || nowNanos - heard < SILENCE.toNanos()) {
      return new State(Liveness.ALIVE, false, seen);
    }
    boolean isGone = nowNanos - seen >= graceNanos && !sighting.isExcused();
    boolean isHeld = was != null && was.isHeld && sighting.isAwaited();
    return new State(isGone ? Liveness.GONE : Liveness.AWAY, isHeld, seen);
  }

  private void holdAfterMassLoss(Collection<Sighting> sightings, long nowNanos) {
    long total = 0;
    long lost = 0;
    List<String> lostIds = new ArrayList<>();
    for (Sighting sighting : sightings) {
      State state = of(sighting.id(), nowNanos);
      total += sighting.weight();
      if (state.liveness != Liveness.ALIVE && nowNanos - state.seenNanos <= lossWindow()) {
        lost += sighting.weight();
        if (sighting.isAwaited()) {
          lostIds.add(sighting.id());
        }
      }
    }
    if (lost * LOSS_DIVISOR > total) {
      lostIds.forEach(
          id -> states.computeIfPresent(id, (k, s) -> new State(s.liveness, true, s.seenNanos)));
    }
  }

  /** Losses are noticed some seconds after they happen. */
  private static long lossWindow() {
    return LOSS_WINDOW_NANOS + SILENCE.toNanos();
  }

  private static long later(long one, long other) {
    return one - other >= 0 ? one : other;
  }
}
