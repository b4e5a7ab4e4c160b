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
   */
  record Member(String id, String host, int blockPort, int controlPort, boolean isSelf) {}

  /** Owners first, then the next in line; members that are away are left out. */
  List<Member> candidates(long placementHash);

  /**
   * Members that may still hold the block although they do not own it (any more). Without this
   * process.
   */
  List<Member> holders(long placementHash);

  /** Names the ring these answers come from. */
  String fingerprint();
}
