package io.blockring.client.ladder;

import java.util.List;

/**
 * Whom to ask for a block, as the ring and the liveness of its members say at this moment. Never
 * blocks.
 */
public interface Routes {

  /**
   * A member as a router needs it.
   *
   * @param isSelf whether it is this process
   * @param isNear whether bytes from it stay in this process's zone; true where zones are unknown
   */
  record Member(
      String id, String host, int blockPort, int controlPort, boolean isSelf, boolean isNear) {

    /** One in this process's zone. */
    public Member(String id, String host, int blockPort, int controlPort, boolean isSelf) {
      this(id, host, blockPort, controlPort, isSelf, true);
    }
  }

  /** The owner first, then the next in line; members that are away are left out. */
  List<Member> candidates(long placementHash);

  /**
   * Like {@link #candidates(long)}, with the members that keep the block in front.
   *
   * @param replicas how many members keep it
   */
  default List<Member> candidates(long placementHash, int replicas) {
    return candidates(placementHash);
  }

  /**
   * Members that may still hold the block although they do not own it (any more). Without this
   * process.
   */
  List<Member> holders(long placementHash);

  /** Names the ring these answers come from. */
  String fingerprint();
}
