package io.blockring.node.http.admin;

import java.util.List;

/**
 * What the nodes of a cluster counted together over the last time. A node that restarted begins
 * anew: what it counted before is missing from the past.
 *
 * @param stepMillis between two points
 * @param points oldest first
 * @param unanswered nodes that could not be asked: the figures lack theirs
 */
public record History(long stepMillis, List<Point> points, List<Residency.Unanswered> unanswered) {

  /**
   * One step: bytes to readers by the deepest rung of their read, without warm-up and the like.
   *
   * @param epochMillis when the step ended, by the answering node's clock
   * @param originBytesForReaders fetched from buckets because a reader waited
   * @param storeBytes held when the step ended
   */
  public record Point(
      long epochMillis,
      long memoryBytes,
      long ssdBytes,
      long peerBytes,
      long originBytes,
      long sourceRegionBytes,
      long originBytesForReaders,
      long storeBytes,
      long storeBudgetBytes) {}
}
