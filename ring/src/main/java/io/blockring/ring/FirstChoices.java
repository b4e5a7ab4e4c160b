package io.blockring.ring;

/**
 * The winner and the runner-up of the race at every slot, before any cap. Caps do not matter here,
 * so a change of few racers changes few slots: a ring keeps its choices for the next one.
 */
final class FirstChoices {

  /** Stands for a runner-up that nobody has looked for: finding it costs a scan of the racers. */
  static final char UNKNOWN = (char) Race.racerOf(Race.NEVER);

  private final Race race;
  private final char[] winners;
  private final char[] runnersUp;

  /** No winner or known runner-up arrives later. */
  private long latestTime;

  private FirstChoices(Race race) {
    this.race = race;
    this.winners = new char[race.slotCount()];
    this.runnersUp = new char[race.slotCount()];
  }

  /** A copy of racer per slot, the caller's own. */
  char[] winners() {
    return winners.clone();
  }

  /** Racer per slot or {@link #UNKNOWN}; read only. */
  char[] runnersUp() {
    return runnersUp;
  }

  static FirstChoices of(Race race) {
    var choices = new FirstChoices(race);
    long horizon = race.horizon(expectedArrivals(race.size()));
    long[] first = new long[race.slotsPerBlock()];
    long[] second = new long[race.slotsPerBlock()];
    for (int block = 0; block < race.blockCount(); block++) {
      race.findEarliest(block, horizon, first, second);
      choices.keep(block * first.length, first, second);
    }
    choices.latestTime = Math.max(choices.latestTime, horizon);
    return choices;
  }

  /**
   * Arrivals looked at per slot. A slot nobody reaches (e^-arrivals of all) costs a scan of every
   * racer, so more racers are worth more arrivals. Decides the cost, never the result.
   */
  private static int expectedArrivals(int racers) {
    return Math.max(2, (Integer.SIZE - Integer.numberOfLeadingZeros(racers)) * 7 / 10);
  }

  private void keep(int firstSlot, long[] first, long[] second) {
    for (int offset = 0; offset < first.length; offset++) {
      int slot = firstSlot + offset;
      winners[slot] =
          first[offset] == Race.NEVER ? scanForWinner(slot) : (char) Race.racerOf(first[offset]);
      runnersUp[slot] = (char) Race.racerOf(second[offset]);
    }
  }

  private char scanForWinner(int slot) {
    long winner = new RaceOrder(race, slot, -1).nextLong();
    latestTime = Math.max(latestTime, Race.timeOf(winner));
    return (char) Race.racerOf(winner);
  }

  /** The same as {@link #of} would find, but for runners-up it would know and this leaves open. */
  FirstChoices after(RacerChange change, Race after) {
    var next = new FirstChoices(after);
    next.latestTime = latestTime;
    next.takeOver(this, change);
    for (int racer : change.arrived()) {
      next.enter(racer);
    }
    return next;
  }

  /** Where the winner is gone the runner-up wins; nobody knows who comes next. */
  private void takeOver(FirstChoices before, RacerChange change) {
    for (int slot = 0; slot < winners.length; slot++) {
      char winner = change.indexAfter(before.winners[slot]);
      char runnerUp = change.indexAfter(before.runnersUp[slot]);
      if (winner == UNKNOWN) {
        winner = runnerUp == UNKNOWN ? scanForWinner(slot) : runnerUp;
        runnerUp = UNKNOWN;
      }
      winners[slot] = winner;
      runnersUp[slot] = runnerUp;
    }
  }

  /** Nobody can displace a winner or runner-up by arriving later than the latest of them. */
  private void enter(int racer) {
    race.visitFavourites(racer, latestTime, this::enter);
  }

  private void enter(int slot, long arrival) {
    if (arrival < race.arrival(winners[slot], slot)) {
      runnersUp[slot] = winners[slot];
      winners[slot] = (char) Race.racerOf(arrival);
    } else if (winners[slot] != Race.racerOf(arrival)
        && runnersUp[slot] != UNKNOWN
        && arrival < race.arrival(runnersUp[slot], slot)) {
      runnersUp[slot] = (char) Race.racerOf(arrival);
    }
  }
}
