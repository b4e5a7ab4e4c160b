package io.blockring.node.http.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who owns how much, and whether the stores are filled accordingly.
 *
 * @param members of the ring, by id
 */
public record RingStatus(
    long epoch,
    String fingerprint,
    int slots,
    List<Share> members,
    List<Residency.Unanswered> unanswered) {

  /**
   * One member's part.
   *
   * @param weight in the ring: 0 while it is drained
   * @param heldSlots that it does not own and may have blocks of: they are on their way
   * @param store null when it does not answer
   * @param expectedFillPercent of its budget, if the bytes of all that answer were where they
   *     belong; null like store
   * @param handoff how far it is with giving away what others own; null when it just left
   */
  public record Share(
      String id,
      int weight,
      int slots,
      double ownedPercent,
      int heldSlots,
      @Nullable StoreUse store,
      @Nullable Double fillPercent,
      @Nullable Double expectedFillPercent,
      @Nullable HandoffStatus handoff) {}
}
