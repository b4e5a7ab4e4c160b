package io.blockring.node.store;

/**
 * What became of blocks for which a {@link KeepAction} was asked.
 *
 * @param done as asked, now or before
 * @param doneBytes of these
 * @param absent not in the store
 * @param refused no room to pin it, or pinned and so not evicted
 * @param reason of the first refusal, with values and limits; empty without one
 */
public record KeepCounts(int done, long doneBytes, int absent, int refused, String reason) {
  public static final KeepCounts NONE = new KeepCounts(0, 0, 0, 0, "");

  static KeepCounts ofDone(int bytes) {
    return new KeepCounts(1, bytes, 0, 0, "");
  }

  static KeepCounts ofAbsent() {
    return new KeepCounts(0, 0, 1, 0, "");
  }

  static KeepCounts ofRefused(String reason) {
    return new KeepCounts(0, 0, 0, 1, reason);
  }

  /** Both together. */
  public KeepCounts plus(KeepCounts other) {
    return new KeepCounts(
        done + other.done,
        doneBytes + other.doneBytes,
        absent + other.absent,
        refused + other.refused,
        reason.isEmpty() ? other.reason : reason);
  }
}
