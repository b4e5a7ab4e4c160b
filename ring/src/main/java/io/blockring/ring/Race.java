package io.blockring.ring;

import java.util.Arrays;

/**
 * When every racer (a member with weight) arrives at every slot: weighted rendezvous as an
 * exponential race, so that a racer is first at a slot with probability weight ÷ total weight.
 *
 * <p>An <em>arrival</em> is one long: the time, then the racer's index in the low 16 bits. Less is
 * earlier, and no two racers' arrivals at a slot are equal. Immutable.
 */
final class Race {

  /** Later than any arrival. */
  static final long NEVER = Long.MAX_VALUE;

  static final int RACER_BITS = 16;
  static final int MAX_RACERS = (1 << RACER_BITS) - 1;

  private static final int MAX_BLOCK_BITS = 14;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long SECOND_KEY = 0xD1B54A32D192ED03L;
  private static final int RECIPROCAL_BITS = 48;

  private final int slotBits;
  private final Shuffle shuffle;
  private final int jitterBits;
  private final long[] keys;
  private final long[] reciprocals;
  private final long totalWeight;

  /**
   * @param keys one well-mixed number per racer, distinct; the order of racers is the caller's
   * @param weights one per racer, above 0
   */
  Race(int slotBits, long[] keys, int[] weights) {
    this.slotBits = slotBits;
    this.shuffle = new Shuffle(Math.min(slotBits, MAX_BLOCK_BITS));
    this.jitterBits = ExponentialQuantiles.QUANTILE_BITS - shuffle.bits();
    this.keys = keys;
    this.reciprocals = new long[weights.length];
    long total = 0;
    for (int racer = 0; racer < weights.length; racer++) {
      reciprocals[racer] = (1L << RECIPROCAL_BITS) / weights[racer];
      total += weights[racer];
    }
    this.totalWeight = total;
  }

  int size() {
    return keys.length;
  }

  int slotCount() {
    return 1 << slotBits;
  }

  /** Blocks have this many slots; each racer gives each rank once per block. */
  int slotsPerBlock() {
    return 1 << shuffle.bits();
  }

  int blockCount() {
    return 1 << (slotBits - shuffle.bits());
  }

  /** The time by which this many racers are expected to have arrived at a slot. */
  long horizon(int expectedArrivals) {
    return ((long) expectedArrivals << ExponentialQuantiles.FRACTION_BITS) / totalWeight;
  }

  /** When the racer arrives at the slot. */
  long arrival(int racer, int slot) {
    long key1 = key1(racer, slot >>> shuffle.bits());
    long key2 = key2(key1);
    int offset = slot & (slotsPerBlock() - 1);
    return arrival(racer, shuffle.rank(key1, key2, offset), jitter(key2, offset));
  }

  /**
   * Finds the two earliest arrivals at each slot of the block, as far as they are not later than
   * the horizon; the rest is {@link #NEVER}. Costs what arrives before the horizon, not racers
   * times slots: every racer is asked for its favourite slots only.
   */
  void findEarliest(int block, long horizon, long[] first, long[] second) {
    Arrays.fill(first, NEVER);
    Arrays.fill(second, NEVER);
    for (int racer = 0; racer < keys.length; racer++) {
      long key1 = key1(racer, block);
      long key2 = key2(key1);
      Shuffle.Inverse offsets = shuffle.inverse(key1, key2);
      int ranks = ranksUntil(horizon, racer);
      for (int rank = 0; rank < ranks; rank++) {
        int offset = offsets.offset(rank);
        long arrival = arrival(racer, rank, jitter(key2, offset));
        if (arrival >= second[offset] || timeOf(arrival) > horizon) {
          continue;
        }
        if (arrival < first[offset]) {
          second[offset] = first[offset];
          first[offset] = arrival;
        } else {
          second[offset] = arrival;
        }
      }
    }
  }

  /** Where and when a racer arrives. */
  interface ArrivalVisitor {
    void visit(int slot, long arrival);
  }

  /** Visits all slots that the racer reaches by the horizon, and a few that it reaches later. */
  void visitFavourites(int racer, long horizon, ArrivalVisitor visitor) {
    int ranks = ranksUntil(horizon, racer);
    for (int block = 0; block < blockCount(); block++) {
      long key1 = key1(racer, block);
      long key2 = key2(key1);
      Shuffle.Inverse offsets = shuffle.inverse(key1, key2);
      for (int rank = 0; rank < ranks; rank++) {
        int offset = offsets.offset(rank);
        visitor.visit(block * slotsPerBlock() + offset, arrival(racer, rank, jitter(key2, offset)));
      }
    }
  }

  /** How many of the racer's favourite slots of a block it could reach by the horizon. */
  private int ranksUntil(long horizon, int racer) {
    int low = 0;
    int high = slotsPerBlock();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (timeOf(arrival(racer, middle, 0)) <= horizon) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long arrival(int racer, int rank, int jitter) {
    long unitTime = ExponentialQuantiles.time((rank << jitterBits) | jitter);
    return Math.multiplyHigh(unitTime << RACER_BITS, reciprocals[racer]) << RACER_BITS | racer;
  }

  /** Spreads equal ranks of different racers: without it ranks tie massively at equal weights. */
  private int jitter(long key2, int offset) {
    long h = (key2 + offset) * GOLDEN;
    h = (h ^ (h >>> 32)) * 0xBF58476D1CE4E5B9L;
    return (int) (h >>> (Long.SIZE - jitterBits));
  }

  private long key1(int racer, int block) {
    return Shuffle.mix(keys[racer] + GOLDEN * (block + 1L));
  }

  private static long key2(long key1) {
    return Shuffle.mix(key1 + SECOND_KEY);
  }

  static int racerOf(long arrival) {
    return (int) arrival & MAX_RACERS;
  }

  static long timeOf(long arrival) {
    return arrival >>> RACER_BITS;
  }
}
