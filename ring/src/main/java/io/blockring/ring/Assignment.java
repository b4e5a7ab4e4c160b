package io.blockring.ring;

/**
 * What the matching found. The arrays are not copied: nobody writes to them from here on.
 *
 * @param owners racer per slot; all 0 if there is no racer
 * @param counts slots per racer
 * @param caps the most slots each racer may own
 * @param refusesAfter per racer, the time of the latest slot it owns if it is at its cap: it would
 *     refuse later ones; {@link Race#NEVER} below the cap
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the arrays are the point.
record Assignment(char[] owners, int[] counts, int[] caps, long[] refusesAfter) {

  /** Without any racer: every entry of the table is 0. */
  static Assignment empty(int slots) {
    return new Assignment(new char[slots], new int[0], new int[0], new long[0]);
  }

  boolean wouldRefuse(long arrival) {
    return Race.timeOf(arrival) > refusesAfter[Race.racerOf(arrival)];
  }
}
