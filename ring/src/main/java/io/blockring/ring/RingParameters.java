package io.blockring.ring;

/**
 * What a cluster fixes at its creation. Changing any of them moves nearly every slot.
 *
 * @param slotBits the ring has {@code 2^slotBits} slots, 10 to 24. Choose so that at the largest
 *     planned size an average member has 4096 slots or more; below 2048 a change moves over 1.3
 *     times the minimum
 * @param epsilonPpm how far above its exact share a member's slots may go, in parts per million, 0
 *     to 1,000,000. Less balances better and moves more
 * @param seed varies the placement; any value
 */
public record RingParameters(int slotBits, int epsilonPpm, long seed) {

  /** 2^18 slots, loads at most 2 % above the exact share. */
  public static final RingParameters DEFAULT = new RingParameters(18, 20_000, 0);

  static final int MIN_SLOT_BITS = 10;
  static final int MAX_SLOT_BITS = 24;
  static final int ONE_IN_PPM = 1_000_000;

  public RingParameters {
    if (slotBits < MIN_SLOT_BITS || slotBits > MAX_SLOT_BITS) {
      throw new IllegalArgumentException(
          "slotBits is " + slotBits + ", must be " + MIN_SLOT_BITS + " to " + MAX_SLOT_BITS);
    }
    if (epsilonPpm < 0 || epsilonPpm > ONE_IN_PPM) {
      throw new IllegalArgumentException(
          "epsilonPpm is " + epsilonPpm + ", must be 0 to " + ONE_IN_PPM);
    }
  }

  /** Number of slots of every ring with these parameters. */
  public int slotCount() {
    return 1 << slotBits;
  }
}
