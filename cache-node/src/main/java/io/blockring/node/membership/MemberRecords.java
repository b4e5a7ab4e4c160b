package io.blockring.node.membership;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.blockring.node.book.Book;
import io.blockring.node.book.BookRecord;
import io.blockring.node.book.RecordKey;
import io.blockring.ring.RingMember;
import io.blockring.wire.v1.BypassRecord;
import io.blockring.wire.v1.MemberRecord;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of the book that say who the members are and which mounts are bypassed. */
final class MemberRecords {
  static final String MEMBER = "member";
  static final String BYPASS = "bypass";

  /** Why a tombstone was written. */
  static final String GONE = "gone";

  static final String OPERATOR = "operator";

  private static final Logger LOG = LoggerFactory.getLogger(MemberRecords.class);

  private final Book book;

  MemberRecords(Book book) {
    this.book = book;
  }

  /** Members that are not removed, by id. */
  SortedMap<String, MemberRecord> living() {
    SortedMap<String, MemberRecord> members = new TreeMap<>();
    for (BookRecord record : book.living(MEMBER)) {
      MemberRecord member = parse(record);
      if (member != null) {
        members.put(record.key().id(), member);
      }
    }
    return members;
  }

  /**
   * Changes a member's record in one step.
   *
   * @return false when there is no such member, or nothing to change
   */
  boolean edit(String id, UnaryOperator<MemberRecord> change) {
    return book.edit(
        key(id),
        before -> {
          MemberRecord member = before == null || before.isTombstone() ? null : parse(before);
          if (member == null) {
            return null;
          }
          MemberRecord after = change.apply(member);
          return after.equals(member) ? null : new Book.Content(false, after.toByteString());
        });
  }

  /**
   * Removes a member; its record stays as a tombstone, so that a return keeps its pinned weight.
   */
  boolean remove(String id, String reason) {
    return book.edit(
        key(id),
        before -> {
          if (before == null || before.isTombstone()) {
            return null;
          }
          MemberRecord member = parse(before);
          MemberRecord.Builder last =
              member == null ? MemberRecord.newBuilder() : member.toBuilder();
          return new Book.Content(true, last.setRemovedBecause(reason).build().toByteString());
        });
  }

  /** Mounts with the wall-clock time until which they are bypassed; ended ones are left out. */
  Map<String, Long> bypasses(long nowEpochMillis) {
    SortedMap<String, Long> bypasses = new TreeMap<>();
    for (BookRecord record : book.living(BYPASS)) {
      try {
        long until = BypassRecord.parseFrom(record.body()).getUntilEpochMillis();
        if (until > nowEpochMillis) {
          bypasses.put(record.key().id(), until);
        }
      } catch (InvalidProtocolBufferException e) {
        LOG.warn("record {} by {} is not a bypass: ignored", record.key(), record.author());
      }
    }
    return bypasses;
  }

  void setBypass(String mount, long untilEpochMillis) {
    ByteString body =
        BypassRecord.newBuilder().setUntilEpochMillis(untilEpochMillis).build().toByteString();
    book.put(new RecordKey(BYPASS, mount), body);
  }

  static RecordKey key(String id) {
    return new RecordKey(MEMBER, id);
  }

  static @Nullable MemberRecord parse(BookRecord record) {
    try {
      return MemberRecord.parseFrom(record.body());
    } catch (InvalidProtocolBufferException e) {
      LOG.warn("record {} by {} is not a member: ignored", record.key(), record.author());
      return null;
    }
  }

  /** The part that the ring is made of. */
  static RingMember ringMember(String id, MemberRecord record) {
    return new RingMember(id, record.getDraining() ? 0 : weight(record), record.getZone());
  }

  /** A weight beyond the ring's limit counts as the limit. */
  static int weight(MemberRecord record) {
    return Math.clamp(Integer.toUnsignedLong(record.getWeight()), 0, RingMember.MAX_WEIGHT);
  }

  static MemberAddress address(MemberRecord record) {
    return new MemberAddress(
        record.getHost(),
        record.getBlockPort(),
        record.getControlPort(),
        record.getS3Port(),
        record.getAdminPort());
  }
}
