package io.blockring.mirror;

import io.blockring.client.origin.ListPage;
import java.util.function.LongSupplier;

/** Counts of one replicator, made into reports. Safe for many threads. */
final class Progress {
  private static final double NANOS = 1e9;

  private final String node;
  private final LongSupplier epochMillis;
  // All below: guarded by this.
  private MirrorReport.State state = MirrorReport.State.STARTING;
  private long lagObjects = -1;
  private long lagBytes;
  private long oldestEpochMillis;
  private long foundObjects;
  private long foundBytes;
  private long foundOldest;
  private long comparedEpochMillis;
  private long copiedObjects;
  private long copiedBytes;
  private long failedCopies;
  private String trouble = "";
  private long copyingSinceNanos;
  private long copiedAtStart;

  Progress(String node, LongSupplier epochMillis) {
    this.node = node;
    this.epochMillis = epochMillis;
  }

  synchronized void comparing() {
    state = MirrorReport.State.COMPARING;
    foundObjects = 0;
    foundBytes = 0;
    foundOldest = 0;
  }

  synchronized void lacks(ListPage.Entry object) {
    foundObjects++;
    foundBytes += object.size();
    long written = object.lastModifiedEpochMillis();
    foundOldest = foundOldest == 0 ? written : Math.min(foundOldest, written);
  }

  synchronized void compared() {
    lagObjects = foundObjects;
    lagBytes = foundBytes;
    oldestEpochMillis = foundOldest;
    comparedEpochMillis = epochMillis.getAsLong();
    trouble = "";
  }

  synchronized void copying() {
    state = MirrorReport.State.COPYING;
    copyingSinceNanos = System.nanoTime();
    copiedAtStart = copiedBytes;
  }

  synchronized void stored(long bytes) {
    copiedBytes += bytes;
  }

  /** An object is no longer missing. */
  synchronized void settled(ListPage.Entry object, boolean isCopied) {
    copiedObjects += isCopied ? 1 : 0;
    lagObjects = Math.max(0, lagObjects - 1);
    lagBytes = Math.max(0, lagBytes - object.size());
  }

  synchronized void failed(String why) {
    failedCopies++;
    trouble = why;
  }

  synchronized void waiting() {
    state = MirrorReport.State.WAITING;
    if (lagObjects == 0) {
      oldestEpochMillis = 0; // else the next comparison tells which is the oldest now
    }
  }

  synchronized void unreachable(String why) {
    state = MirrorReport.State.UNREACHABLE;
    trouble = why;
  }

  synchronized MirrorReport report() {
    boolean isCopying = state == MirrorReport.State.COPYING;
    double seconds = Math.max(0.001, (System.nanoTime() - copyingSinceNanos) / NANOS);
    return new MirrorReport(
        node,
        state,
        lagObjects,
        lagBytes,
        oldestEpochMillis,
        isCopying ? (long) ((copiedBytes - copiedAtStart) / seconds) : 0,
        comparedEpochMillis,
        copiedObjects,
        copiedBytes,
        failedCopies,
        trouble);
  }
}
