package io.blockring.ring;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The order behind {@link Ring#failoverWalk}. Not thread-safe. */
final class FailoverWalk implements Iterator<RingMember> {

  private static final int NONE = -1;

  private final Ring ring;
  private final RaceOrder order;
  private final int owner;
  private final ArrayDeque<Integer> refusing = new ArrayDeque<>();
  private int next;

  FailoverWalk(Ring ring, int slot) {
    this.ring = ring;
    this.order = ring.raceOrder(slot);
    this.owner = ring.isEmpty() ? NONE : ring.ownerTable()[slot];
    this.next = owner;
  }

  @Override
  public boolean hasNext() {
    if (next == NONE) {
      next = findNext();
    }
    return next != NONE;
  }

  @Override
  public RingMember next() {
    if (!hasNext()) {
      throw new NoSuchElementException("every member with weight has been tried");
    }
    RingMember member = ring.racers().member(next);
    next = NONE;
    return member;
  }

  private int findNext() {
    while (order.hasNext()) {
      long arrival = order.nextLong();
      int racer = Race.racerOf(arrival);
      if (racer == owner) {
        continue;
      }
      if (!ring.wouldRefuse(arrival)) {
        return racer;
      }
      refusing.add(racer);
    }
    return refusing.isEmpty() ? NONE : refusing.poll();
  }
}
