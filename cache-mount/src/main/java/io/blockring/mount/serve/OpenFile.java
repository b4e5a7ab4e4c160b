package io.blockring.mount.serve;

import io.blockring.client.OpenObject;

/** A handle: the version it reads for as long as it is open, and how it is read. */
final class OpenFile {
  /** From here on a reader is taken to go on to the end. */
  private static final long RUN_BYTES = 1 << 20;

  private final OpenObject object;
  // Guarded by this.
  private long frontier;
  private long run;

  OpenFile(OpenObject object) {
    this.object = object;
  }

  OpenObject object() {
    return object;
  }

  /**
   * Notes a read. The kernel's own read-ahead sends several at once, in no strict order.
   *
   * @return how many bytes ahead of it are worth fetching; -1 when not even the rest of its window
   */
  synchronized long note(long offset, int count, long mostAhead) {
    boolean isNear = Math.abs(offset - frontier) <= 2L * Windows.BYTES;
    run = isNear ? run + count : count;
    frontier = isNear ? Math.max(frontier, offset + count) : offset + count;
    return run < RUN_BYTES ? -1 : Math.min(mostAhead, run);
  }
}
