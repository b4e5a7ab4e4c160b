package io.blockring.warmup;

import io.blockring.client.namespace.Version;
import io.blockring.warmup.WarmupProgress.Amount;
import io.blockring.warmup.WarmupProgress.Problem;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The sums over all objects, kept as objects change, and the first problems. Every method may be
 * called by any thread; one lock, nothing is called under it.
 */
final class Totals {
  /** What one object contributes. */
  private record Share(Amount objects, Amount blocks, Amount bytes) {}

  private final int mostProblems;
  private final RateWindow rate;
  // All below: guarded by this.
  private Amount objects = new Amount(0, 0, 0, 0, 0);
  private Amount blocks = new Amount(0, 0, 0, 0, 0);
  private Amount bytes = new Amount(0, 0, 0, 0, 0);
  private long gone;
  private long changed;
  private long problemCount;
  private final List<Problem> problems = new ArrayList<>();

  Totals(int mostProblems, RateWindow rate) {
    this.mostProblems = mostProblems;
    this.rate = rate;
  }

  /** Changes an object's tally and, with it, the sums. */
  synchronized void update(Tally tally, Runnable change) {
    Share before = share(tally);
    change.run();
    Share after = share(tally);
    long fetchedNow = after.bytes().fetched() - before.bytes().fetched();
    if (fetchedNow > 0) {
      rate.add(fetchedNow);
    }
    objects = sum(objects, before.objects(), after.objects());
    blocks = sum(blocks, before.blocks(), after.blocks());
    bytes = sum(bytes, before.bytes(), after.bytes());
  }

  synchronized void found() {
    objects = sum(objects, new Amount(0, 0, 0, 0, 0), new Amount(1, 0, 0, 0, 0));
  }

  synchronized void gone() {
    gone++;
  }

  synchronized void changed() {
    changed++;
  }

  synchronized void problem(String path, String reason) {
    problemCount++;
    if (problems.size() < mostProblems) {
      problems.add(new Problem(path, reason));
    }
  }

  synchronized Snapshot snapshot() {
    return new Snapshot(objects, blocks, bytes, gone, changed, problemCount, List.copyOf(problems));
  }

  synchronized long bytesPerSecond() {
    return rate.bytesPerSecond();
  }

  /** The sums at one moment. */
  record Snapshot(
      Amount objects,
      Amount blocks,
      Amount bytes,
      long gone,
      long changed,
      long problemCount,
      List<Problem> problems) {

    long unfinishedBytes() {
      return bytes.total() - bytes.residentBefore() - bytes.fetched() - bytes.failed();
    }
  }

  private static Share share(Tally tally) {
    return new Share(objects(tally), blocks(tally), bytes(tally));
  }

  /** The total is counted when it is found, so only what leaves it again is in here. */
  private static Amount objects(Tally tally) {
    boolean hasFetched = !tally.fetched.isEmpty();
    return switch (tally.standing) {
      case OPEN -> new Amount(0, 0, 0, 0, 0);
      case GONE -> new Amount(-1, 0, 0, 0, 0);
      case FILLED ->
          new Amount(0, hasFetched ? 0 : 1, hasFetched ? 1 : 0, 0, tally.isVerified() ? 1 : 0);
      case FAILED, NO_SPACE, CHANGING -> new Amount(0, 0, 0, 1, 0);
    };
  }

  private static Amount blocks(Tally tally) {
    Version version = tally.version;
    return version == null
        ? new Amount(0, 0, 0, 0, 0)
        : new Amount(
            version.blockCount(),
            tally.residentBefore.cardinality(),
            tally.fetched.cardinality(),
            tally.failed.cardinality(),
            tally.verified.cardinality());
  }

  private static Amount bytes(Tally tally) {
    Version version = tally.version;
    return version == null
        ? new Amount(0, 0, 0, 0, 0)
        : new Amount(
            version.size(),
            bytes(version, tally.residentBefore),
            bytes(version, tally.fetched),
            bytes(version, tally.failed),
            bytes(version, tally.verified));
  }

  /** Every block but the last has the same length. */
  private static long bytes(Version version, BitSet blocks) {
    long count = blocks.cardinality();
    int last = version.blockCount() - 1;
    return last >= 0 && blocks.get(last)
        ? (count - 1) * version.blockBytes() + version.blockLength(last)
        : count * version.blockBytes();
  }

  private static Amount sum(Amount sum, Amount minus, Amount plus) {
    return new Amount(
        sum.total() - minus.total() + plus.total(),
        sum.residentBefore() - minus.residentBefore() + plus.residentBefore(),
        sum.fetched() - minus.fetched() + plus.fetched(),
        sum.failed() - minus.failed() + plus.failed(),
        sum.verified() - minus.verified() + plus.verified());
  }
}
