package io.blockring.ring;

/**
 * The part of a member's record that decides placement.
 *
 * @param id stable for the life of the member's disks, never its address: a new id is a new member,
 *     and its whole share moves
 * @param weight share of the slots relative to the other members, an absolute integer (GiB of SSD
 *     for blocks), 0 to 2^20; 0 owns nothing
 * @param zone replicas of a slot go to different zones first; members with equal labels share a
 *     zone, the empty label included. Never changes first owners
 */
public record RingMember(String id, int weight, String zone) {

  /** The largest weight: 1 PiB where weights are GiB. */
  public static final int MAX_WEIGHT = 1 << 20;

  public RingMember {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a ring member's id is empty");
    }
    if (weight < 0 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "weight of member '" + id + "' is " + weight + ", must be 0 to " + MAX_WEIGHT);
    }
  }
}
