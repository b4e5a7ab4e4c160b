package io.blockring.ring;

/**
 * The winner and the runner-up of the race at every slot, before any cap. Transient: the matching
 * turns the winners into owners in place.
 *
 * @param winners racer per slot
 * @param runnersUp racer per slot, {@link #UNKNOWN} where finding it would have cost a scan
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the arrays are the point.
record FirstChoices(char[] winners, char[] runnersUp) {

  static final char UNKNOWN = Race.MAX_RACERS;

  static FirstChoices of(Race race) {
    var choices = new FirstChoices(new char[race.slotCount()], new char[race.slotCount()]);
    long horizon = race.horizon(expectedArrivals(race.size()));
    long[] first = new long[race.slotsPerBlock()];
    long[] second = new long[race.slotsPerBlock()];
    for (int block = 0; block < race.blockCount(); block++) {
      race.findEarliest(block, horizon, first, second);
      choices.keep(race, block * first.length, first, second);
    }
    return choices;
  }

  private void keep(Race race, int firstSlot, long[] first, long[] second) {
    for (int offset = 0; offset < first.length; offset++) {
      int slot = firstSlot + offset;
      long winner = first[offset];
      if (winner == Race.NEVER) {
        winner = new RaceOrder(race, slot, -1).nextLong();
      }
      winners[slot] = (char) Race.racerOf(winner);
      runnersUp[slot] = (char) Race.racerOf(second[offset]);
    }
  }

  /**
   * Arrivals looked at per slot. A slot nobody reaches (e^-arrivals of all) costs a scan of every
   * racer, so more racers are worth more arrivals. Decides the cost, never the result.
   */
  private static int expectedArrivals(int racers) {
    return Math.max(2, (Integer.SIZE - Integer.numberOfLeadingZeros(racers)) * 7 / 10);
  }
}
