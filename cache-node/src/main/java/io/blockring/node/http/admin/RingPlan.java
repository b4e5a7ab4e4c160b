package io.blockring.node.http.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the members would do. Slots are exact; bytes are an estimate, as if what a
 * member has were spread evenly over the slots it owns or holds.
 *
 * @param bytesToMove from members that answer, to the slots' new owners
 * @param bytesToFetch again from buckets: only members that do not answer may have them
 * @param rateBytesPerSecond at which each member is taken to give away
 * @param millis until the last one has given all, at that rate
 * @param refusal why the change would be refused; empty when it would not
 */
public record RingPlan(
    int slots,
    int movedSlots,
    long bytesToMove,
    long bytesToFetch,
    long rateBytesPerSecond,
    long millis,
    String refusal,
    List<Share> members) {

  /**
   * One member, before and after.
   *
   * @param weight in the ring; 0 also for one that is not a member
   * @param store null when it does not answer; what follows is of no use then
   * @param fillPercentAfter of its budget; more than 100 when not all of it fits; null like store
   */
  public record Share(
      String id,
      int weight,
      int weightAfter,
      double ownedPercent,
      double ownedPercentAfter,
      @Nullable StoreUse store,
      long bytesIn,
      long bytesOut,
      @Nullable Double fillPercentAfter) {}
}
