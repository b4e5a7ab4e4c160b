package io.blockring.node.store.eviction;

/**
 * How often a fingerprint was used lately, roughly and for absent ones too: a count-min sketch of
 * 4-bit counters with conservative update (Estan and Varghese, SIGCOMM 2002), aged as in TinyLFU
 * (Einziger, Friedman and Manes, ACM ToS 2017), but a word at a time, so that no caller waits for a
 * whole table to be halved.
 */
final class UseCounts {
  /** Counts stop here. */
  static final int MOST = 15;

  private static final int ROWS = 4;
  private static final int COUNTERS_IN_WORD = 16;

  /** Four counters a fingerprint, two bytes an entry; the least is 32 KiB. */
  private static final int COUNTERS_PER_ENTRY = 4;

  private static final int FEWEST_COUNTERS = 1 << 16;

  /** All counters are halved once in so many uses per entry. */
  private static final int USES_PER_AGEING = 20;

  private static final int FEWEST_ENTRIES = 10;

  /** Each counter's bits but its lowest: what is left of a word after a shift by one. */
  private static final long HALVES = 0x7777_7777_7777_7777L;

  private final long[] words;
  private final long usesPerLap;
  private long uses;
  private int hand;

  UseCounts(int entries) {
    long counters = Math.max(FEWEST_COUNTERS, (long) COUNTERS_PER_ENTRY * entries);
    this.words = new long[(int) (counters / COUNTERS_IN_WORD)];
    this.usesPerLap = (long) USES_PER_AGEING * Math.max(entries, FEWEST_ENTRIES);
  }

  /** At most {@link #MOST}; never less than the truth since the last ageing. */
  int of(long fingerprint) {
    int least = MOST;
    for (int row = 0; row < ROWS; row++) {
      long counter = counter(fingerprint, row);
      least = Math.min(least, (int) (words[word(counter)] >>> shift(counter)) & MOST);
    }
    return least;
  }

  void add(long fingerprint) {
    int least = of(fingerprint);
    for (int row = 0; least < MOST && row < ROWS; row++) {
      long counter = counter(fingerprint, row);
      int word = word(counter);
      // Twice the same counter in two rows: the second finds it raised.
      if (((words[word] >>> shift(counter)) & MOST) == least) {
        words[word] += 1L << shift(counter);
      }
    }
    age();
  }

  long memoryBytes() {
    return 16 + 8L * words.length;
  }

  /** Moves the hand so that it goes round once in {@link #usesPerLap} uses. */
  private void age() {
    uses++;
    while (hand < words.length && hand * usesPerLap < uses * words.length) {
      words[hand] = (words[hand] >>> 1) & HALVES;
      hand++;
    }
    if (uses == usesPerLap) {
      uses = 0;
      hand = 0;
    }
  }

  private long counter(long fingerprint, int row) {
    long mixed = (fingerprint ^ (fingerprint >>> 31)) * (0xBF58_476D_1CE4_E5B9L + 2L * row);
    mixed = (mixed ^ (mixed >>> 29)) * 0x94D0_49BB_1331_11EBL;
    return ((mixed >>> Integer.SIZE) * words.length * COUNTERS_IN_WORD) >>> Integer.SIZE;
  }

  private static int word(long counter) {
    return (int) (counter / COUNTERS_IN_WORD);
  }

  private static int shift(long counter) {
    return (int) (counter % COUNTERS_IN_WORD) * 4;
  }
}
