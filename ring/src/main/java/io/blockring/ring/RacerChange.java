package io.blockring.ring;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which racers of one ring are in another, and which are not. A racer whose weight differs has left
 * and arrived; its zone does not matter to the race.
 */
final class RacerChange {

  private final char[] indexesAfter = new char[Race.MAX_RACERS + 1];
  private final int[] arrived;
  private final int left;

  RacerChange(Racers before, Racers after) {
    Arrays.fill(indexesAfter, FirstChoices.UNKNOWN);
    boolean[] isKnown = new boolean[after.size()];
    int stayed = 0;
    for (int racer = 0; racer < before.size(); racer++) {
      int same = after.indexOf(before.member(racer).id());
      if (same >= 0 && after.member(same).weight() == before.member(racer).weight()) {
        indexesAfter[racer] = (char) same;
        isKnown[same] = true;
        stayed++;
      }
    }
    left = before.size() - stayed;
    arrived = IntStream.range(0, after.size()).filter(racer -> !isKnown[racer]).toArray();
  }

  /** How many racers left or arrived. */
  int size() {
    return left + arrived.length;
  }

  /** Index of the racer after the change; {@link FirstChoices#UNKNOWN} if it left or is that. */
  char indexAfter(char before) {
    return indexesAfter[before];
  }

  /** Indexes after the change. */
  int[] arrived() {
    return arrived;
  }
}
