package io.blockring.ring;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;

/**
 * The arrivals at one slot, earliest first, each racer once. Lazy: the first scan of the racers
 * finds the 8 earliest, each further scan four times as many. Not thread-safe.
 */
final class RaceOrder implements PrimitiveIterator.OfLong {

  private static final int FIRST_SCAN = 8;

  private final Race race;
  private final int slot;
  private long latest;
  private long[] found = {};
  private int position;

  /**
   * @param after only arrivals later than this are given; -1 for all
   */
  RaceOrder(Race race, int slot, long after) {
    this.race = race;
    this.slot = slot;
    this.latest = after;
  }

  @Override
  public boolean hasNext() {
    if (position == found.length) {
      scan(Math.clamp(found.length * 4L, FIRST_SCAN, Math.max(FIRST_SCAN, race.size())));
    }
    return found[position] != Race.NEVER;
  }

  @Override
  public long nextLong() {
    if (!hasNext()) {
      throw new NoSuchElementException("all racers have arrived at slot " + slot);
    }
    latest = found[position++];
    return latest;
  }

  private void scan(int count) {
    long[] earliest = new long[count];
    Arrays.fill(earliest, Race.NEVER);
    for (int racer = 0; racer < race.size(); racer++) {
      long arrival = race.arrival(racer, slot);
      if (arrival > latest && arrival < earliest[count - 1]) {
        insert(earliest, arrival);
      }
    }
    found = earliest;
    position = 0;
  }

  private static void insert(long[] sorted, long arrival) {
    int at = -Arrays.binarySearch(sorted, arrival) - 1;
    System.arraycopy(sorted, at, sorted, at + 1, sorted.length - 1 - at);
    sorted[at] = arrival;
  }
}
