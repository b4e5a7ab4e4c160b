package io.blockring.ring;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives every slot an owner under the caps: the result of walking all (racer, slot) pairs by time,
 * racer, slot, and giving the slot to the racer when it is free and the racer below its cap.
 *
 * <p>One order of all pairs makes the stable matching of slots and racers unique, so it may be
 * found in any way. Here every slot starts at its winner; a racer over its cap keeps the slots it
 * reaches earliest, and the others ask the next in their race order, who may let go of a later one.
 */
final class Matching {

  private final Race race;
  private final int[] caps;
  private final char[] owners;
  private final char[] runnersUp;
  private final int[] counts;

  /** Of racers that are full or nearly so; every slot they own is in them. */
  private final @Nullable HeldSlots[] held;

  private final ArrayDeque<Integer> rejected = new ArrayDeque<>();
  private final Map<Integer, RaceOrder> orders = new HashMap<>();

  private Matching(Race race, int[] caps, FirstChoices choices) {
    this.race = race;
    this.caps = caps;
    this.owners = choices.winners();
    this.runnersUp = choices.runnersUp();
    this.counts = new int[race.size()];
    this.held = new @Nullable HeldSlots[race.size()];
  }

  static Assignment of(Race race, int[] caps, FirstChoices choices) {
    var matching = new Matching(race, caps, choices);
    matching.settle();
    return new Assignment(matching.owners, matching.counts, caps, matching.refusesAfter());
  }

  private void settle() {
    for (char owner : owners) {
      counts[owner]++;
    }
    // Racers just below their cap are likely to be asked: cheaper now than in a pass of their own.
    hold(racer -> counts[racer] > caps[racer] - caps[racer] / 256);
    while (!rejected.isEmpty()) {
      for (Integer slot = rejected.poll(); slot != null; slot = rejected.poll()) {
        askNext(slot);
      }
      hold(racer -> counts[racer] > caps[racer]);
    }
    hold(racer -> counts[racer] == caps[racer]);
  }

  /** One pass over all slots that collects what these racers own and rejects what is too much. */
  private void hold(IntPredicate which) {
    boolean isAny = false;
    boolean[] isCollected = new boolean[race.size()];
    for (int racer = 0; racer < isCollected.length; racer++) {
      if (held[racer] == null && which.test(racer)) {
        held[racer] = new HeldSlots(caps[racer] + 1);
        isCollected[racer] = true;
        isAny = true;
      }
    }
    for (int slot = 0; isAny && slot < owners.length; slot++) {
      if (isCollected[owners[slot]]) {
        hold(owners[slot], slot);
      }
    }
  }

  private void askNext(int slot) {
    int next = nextChoice(slot, owners[slot]);
    owners[slot] = (char) next;
    counts[next]++;
    hold(next, slot);
  }

  /** Racers without held slots count only; a later pass collects them if they are too many. */
  private void hold(int racer, int slot) {
    HeldSlots slots = held[racer];
    if (slots == null) {
      return;
    }
    slots.add(Race.timeOf(race.arrival(racer, slot)), slot);
    if (slots.size() > caps[racer]) {
      rejected.add(slots.removeLatest());
      counts[racer]--;
    }
  }

  private int nextChoice(int slot, int refuser) {
    RaceOrder order = orders.get(slot);
    int runnerUp = runnersUp[slot];
    if (order == null && runnerUp != refuser && runnerUp != FirstChoices.UNKNOWN) {
      return runnerUp;
    }
    if (order == null) {
      order = new RaceOrder(race, slot, race.arrival(refuser, slot));
      orders.put(slot, order);
    }
    return Race.racerOf(order.nextLong());
  }

  private long[] refusesAfter() {
    long[] times = new long[race.size()];
    Arrays.fill(times, Race.NEVER);
    for (int racer = 0; racer < times.length; racer++) {
      HeldSlots slots = held[racer];
      if (slots != null && slots.size() == caps[racer]) {
        times[racer] = slots.latestTime();
      }
    }
    return times;
  }
}
