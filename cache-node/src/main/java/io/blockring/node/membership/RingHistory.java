package io.blockring.node.membership;

import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ring in use and the last few before it. Rings follow each other at least half a second apart,
 * so that ten nodes that join together make two rings and not ten. One writer.
 */
final class RingHistory {
  static final Duration APART = Duration.ofMillis(500);

  private static final Logger LOG = LoggerFactory.getLogger(RingHistory.class);
  private static final int KEPT = 3;

  /** By then members have said in the book which slots they hold and no longer own. */
  private static final Duration KEPT_FOR = Duration.ofSeconds(10);

  private final String selfId;
  private final Deque<Replaced> previous = new ArrayDeque<>();

  /** A ring of before, and when it was replaced. */
  private record Replaced(Ring ring, long atNanos) {}

  private Ring ring;
  private List<RingMember> refused = List.of();
  private long epoch = 1;
  private long builtNanos;

  /**
   * @param selfId this node: before it met the others, they had a ring without it
   */
  RingHistory(
      String selfId, RingParameters parameters, Collection<RingMember> members, long nowNanos) {
    this.selfId = selfId;
    this.ring = Ring.of(parameters, members);
    this.builtNanos = nowNanos - APART.toNanos();
  }

  /**
   * Makes the ring of these members, unless it is the same or the last change was just now.
   *
   * @return whether the ring of these members is in use
   */
  boolean follow(Collection<RingMember> members, long nowNanos) {
    List<RingMember> wanted = new ArrayList<>(members);
    if (wanted.equals(ring.members()) || wanted.equals(refused)) {
      return true;
    }
    if (nowNanos - builtNanos < APART.toNanos()) {
      return false;
    }
    try {
      Ring next = ring.with(wanted);
      remember(isAlone() ? withoutSelf(next) : ring, nowNanos);
      ring = next;
      epoch++;
      builtNanos = nowNanos;
      LOG.info("epoch {}: {}", epoch, ring);
    } catch (IllegalArgumentException e) {
      refused = wanted;
      LOG.error("the ring stays as it is, the members' records make none: {}", e.getMessage());
    }
    return true;
  }

  /** Whether nobody else has weight in the ring in use: that of a node that has just been born. */
  private boolean isAlone() {
    return ring.members().stream().allMatch(member -> member.id().equals(selfId));
  }

  /** What the others had before, and have their blocks by. */
  private Ring withoutSelf(Ring joined) {
    return joined.with(
        joined.members().stream().filter(member -> !member.id().equals(selfId)).toList());
  }

  private void remember(Ring replaced, long nowNanos) {
    previous.addFirst(new Replaced(replaced, nowNanos));
    if (previous.size() > KEPT) {
      previous.removeLast();
    }
  }

  Ring ring() {
    return ring;
  }

  long epoch() {
    return epoch;
  }

  /** Those replaced seconds ago, latest first. */
  List<Ring> previous(long nowNanos) {
    return previous.stream()
        .filter(replaced -> nowNanos - replaced.atNanos < KEPT_FOR.toNanos())
        .map(Replaced::ring)
        .toList();
  }
}
