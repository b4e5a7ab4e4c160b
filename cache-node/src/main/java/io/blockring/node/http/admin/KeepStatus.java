package io.blockring.node.http.admin;

import java.util.List;

/**
 * What became of blocks that were to be pinned, unpinned or evicted: of one page of objects.
 *
 * @param objects looked at
 * @param doneBlocks as asked, now or before
 * @param absentBlocks on no node that was asked
 * @param refused nodes that could not, or would not, do it for some
 * @param unanswered nodes that could not be asked: what they have is as it was
 * @param nextStartAfter where to go on; empty after the last
 */
public record KeepStatus(
    String path,
    long objects,
    long doneBlocks,
    long doneBytes,
    long absentBlocks,
    List<Refused> refused,
    List<Residency.Unanswered> unanswered,
    String nextStartAfter) {

  /**
   * Blocks that a node left as they were.
   *
   * @param reason of the first
   */
  public record Refused(String node, long blocks, String reason) {}

  /** What is asked. */
  public enum Action {
    PIN,
    UNPIN,
    EVICT
  }
}
