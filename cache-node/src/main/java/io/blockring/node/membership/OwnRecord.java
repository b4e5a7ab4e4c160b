package io.blockring.node.membership;

import io.blockring.node.book.Book;
import io.blockring.node.book.BookRecord;
import io.blockring.wire.v1.MemberRecord;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's own record true: its addresses and zone are what this process has, its weight
 * is the operator's if pinned, else its own. One caller at a time.
 */
final class OwnRecord {
  private static final Logger LOG = LoggerFactory.getLogger(OwnRecord.class);
  private static final long FIGHT_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Book book;
  private final String nodeId;
  private final IntSupplier weight;
  private final String zone;
  private final MemberAddress address;
  private boolean isFirst = true;
  private boolean wasFought;
  private long foughtNanos;

  OwnRecord(Book book, String nodeId, IntSupplier weight, String zone, MemberAddress address) {
    this.book = book;
    this.nodeId = nodeId;
    this.weight = weight;
    this.zone = zone;
    this.address = address;
  }

  /** Writes the record if what stands is not right; nothing otherwise. */
  void assertIt(long nowNanos) {
    if (wasFought && nowNanos - foughtNanos < FIGHT_PAUSE_NANOS) {
      return;
    }
    int units = weight.getAsInt();
    book.edit(MemberRecords.key(nodeId), before -> wanted(before, units, nowNanos));
    isFirst = false;
  }

  private Book.@Nullable Content wanted(@Nullable BookRecord before, int units, long nowNanos) {
    MemberRecord was = before == null ? null : MemberRecords.parse(before);
    if (was == null) {
      return content(MemberRecord.getDefaultInstance(), units);
    }
    if (before != null && before.isTombstone()) {
      if (!isFirst && was.getRemovedBecause().equals(MemberRecords.OPERATOR)) {
        return null;
      }
      LOG.info("this node was removed ({}): it returns", was.getRemovedBecause());
      return content(was.toBuilder().clearDraining().clearDrainRateBytes().build(), units);
    }
    Book.Content content = content(was, units);
    if (content.body().equals(was.toByteString())) {
      return null;
    }
    if (!isFirst && !MemberRecords.address(was).equals(address)) {
      reportFight(was, nowNanos);
    }
    return content;
  }

  /** Somebody else wrote our addresses while we run: only a process with our id does that. */
  private void reportFight(MemberRecord was, long nowNanos) {
    if (wasFought) {
      LOG.error(
          "node id {} is also used by a process at {}:{}: stop one of them and give it an empty"
              + " stateDir",
          nodeId,
          was.getHost(),
          was.getControlPort());
    }
    wasFought = true;
    foughtNanos = nowNanos;
  }

  private Book.Content content(MemberRecord was, int units) {
    MemberRecord record =
        was.toBuilder()
            .setWeight(was.getWeightIsPinned() ? was.getWeight() : units)
            .setZone(zone)
            .setHost(address.host())
            .setBlockPort(address.blockPort())
            .setControlPort(address.controlPort())
            .setS3Port(address.s3Port())
            .setAdminPort(address.adminPort())
            .clearRemovedBecause()
            .clearNotAwaited()
            .build();
    return new Book.Content(false, record.toByteString());
  }
}
