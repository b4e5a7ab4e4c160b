package io.blockring.ring;

/**
 * A member's part of the ring.
 *
 * @param member with weight or without
 * @param slots how many slots it is the first owner of
 * @param cap the most slots the parameters let it own; 0 without weight
 * @param exactShare the slots it would own if slots could be divided: slots × weight ÷ total weight
 */
public record MemberLoad(RingMember member, int slots, int cap, double exactShare) {

  /** Load relative to the exact share: 1 is just right; 0 without weight. */
  public double ratio() {
    return exactShare == 0 ? 0 : slots / exactShare;
  }
}
