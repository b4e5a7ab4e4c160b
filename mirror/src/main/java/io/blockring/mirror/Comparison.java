package io.blockring.mirror;

import io.blockring.client.origin.Copies;
import io.blockring.client.origin.KeyOrder;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginException;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the own bucket lacks: walks both listings side by side, a page of each in memory.
 * Whether an object of the right size is a copy of the listed version its mark says, which costs a
 * HEAD at the own bucket; a lossy table of what was found current keeps the next walk from asking
 * again.
 */
final class Comparison {
  private static final int PAGE = 1_000;
  private static final int REMEMBERED = 1 << 18;
  private static final long SECOND = 1_000;

  /** Gets each object that has to be copied. */
  @FunctionalInterface
  interface Lacking {
    /**
     * @return false to stop the walk
     */
    boolean accept(ListPage.Entry source) throws OriginException, InterruptedException;
  }

  private final SourceReads source;
  private final Copies own;
  private final long callNanos;
  private final long[] current = new long[REMEMBERED];

  /**
   * @param callNanos deadline of each question
   */
  Comparison(SourceReads source, Copies own, long callNanos) {
    this.source = source;
    this.own = own;
    this.callNanos = callNanos;
  }

  /** Walks once. Marks of folders, names that end with a slash, are left out. */
  void walk(Lacking lacking) throws OriginException, InterruptedException {
    Listing theirs = new Listing(after -> source.list(after, deadline()));
    Listing ours = new Listing(after -> own.list(after, PAGE, deadline()));
    for (ListPage.Entry wanted = theirs.peek(); wanted != null; wanted = theirs.peek()) {
      theirs.skip();
      if (wanted.isPrefix() || wanted.name().endsWith("/")) {
        continue;
      }
      if (!isCurrent(wanted, counterpart(wanted, ours)) && !lacking.accept(wanted)) {
        return;
      }
    }
  }

  private static ListPage.@Nullable Entry counterpart(ListPage.Entry wanted, Listing ours)
      throws OriginException {
    for (ListPage.Entry at = ours.peek(); at != null; at = ours.peek()) {
      int order = KeyOrder.UTF_8.compare(at.name(), wanted.name());
      if (order >= 0) {
        return order == 0 ? at : null;
      }
      ours.skip(); // the source has it no more: nothing is deleted here
    }
    return null;
  }

  private boolean isCurrent(ListPage.Entry wanted, ListPage.@Nullable Entry have)
      throws OriginException {
    if (have == null || have.size() != wanted.size()) {
      return false;
    }
    long fingerprint = fingerprint(wanted, have);
    int place = (int) (fingerprint >>> 46) & (REMEMBERED - 1);
    if (current[place] == fingerprint) {
      return true;
    }
    ObjectMetadata copied = own.head(wanted.name(), deadline());
    boolean isCurrent =
        copied != null
            && copied.size() == wanted.size()
            && (wanted.etag().isEmpty() || copied.etag().equals(wanted.etag()))
            // HEAD answers tell whole seconds, listings of some stores more.
            && copied.lastModifiedEpochMillis() / SECOND
                == wanted.lastModifiedEpochMillis() / SECOND;
    if (isCurrent) {
      current[place] = fingerprint;
    }
    return isCurrent;
  }

  /** 64 bits that change with either side's object. */
  private static long fingerprint(ListPage.Entry wanted, ListPage.Entry have) {
    String text =
        String.join(
            "\0",
            wanted.name(),
            wanted.etag(),
            "" + wanted.lastModifiedEpochMillis(),
            have.etag(),
            "" + have.lastModifiedEpochMillis());
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return crc.getValue() << 32 ^ Objects.hash(text, wanted.size()) * 0x9E3779B97F4A7C15L;
  }

  private long deadline() {
    return System.nanoTime() + callNanos;
  }
}
