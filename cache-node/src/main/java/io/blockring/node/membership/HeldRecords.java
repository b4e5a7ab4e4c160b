package io.blockring.node.membership;

import com.google.protobuf.ByteString;
import io.blockring.node.book.Book;
import io.blockring.node.book.BookRecord;
import io.blockring.node.book.RecordKey;
import io.blockring.ring.Ring;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of the book that say which slots members may have blocks of and do not own. Each
 * member writes its own, so that an owner that knows no earlier ring learns whom to peek at, and
 * several changes in a row lose nothing.
 *
 * <p>One writer; {@link #of} is for any thread.
 */
final class HeldRecords {
  static final String HELD = "held";

  /** Slots of a record: 32 KiB at worst, half of what a body may have. */
  private static final int PART_SLOTS = 1 << 18;

  /** Of the largest ring. */
  private static final int MOST_PARTS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(HeldRecords.class);

  private final Book book;
  private final String nodeId;
  private List<BookRecord> records = List.of();
  private volatile SortedMap<String, RoaringBitmap> byMember = new TreeMap<>();

  HeldRecords(Book book, String nodeId) {
    this.book = book;
    this.nodeId = nodeId;
  }

  /** By member; members that hold none are left out. The same object while nothing changes. */
  SortedMap<String, RoaringBitmap> all() {
    List<BookRecord> now = book.living(HELD);
    if (!now.equals(records)) {
      records = now;
      byMember = parsed(now);
    }
    return byMember;
  }

  /** What a member holds, as of the last {@link #all}; the caller's own. */
  RoaringBitmap of(String memberId) {
    return byMember.getOrDefault(memberId, new RoaringBitmap()).clone();
  }

  /** What this node owned it holds now, but for what it owns again. */
  void ringChanged(Ring before, Ring after) {
    all();
    RoaringBitmap slots = of(nodeId);
    slots.or(before.slotsOf(nodeId));
    slots.andNot(after.slotsOf(nodeId));
    write(slots);
  }

  void handedOver(RoaringBitmap given) {
    all();
    RoaringBitmap slots = of(nodeId);
    slots.andNot(given);
    write(slots);
  }

  private void write(RoaringBitmap slots) {
    for (int part = 0; part < MOST_PARTS; part++) {
      long first = (long) part * PART_SLOTS;
      ByteString body = body(slots.selectRange(first, first + PART_SLOTS));
      book.edit(
          new RecordKey(HELD, nodeId + "/" + part),
          before ->
              body.equals(before == null ? ByteString.EMPTY : before.body())
                  ? null
                  : new Book.Content(body.isEmpty(), body));
    }
  }

  private static ByteString body(RoaringBitmap slots) {
    if (slots.isEmpty()) {
      return ByteString.EMPTY;
    }
    slots.runOptimize();
    ByteBuffer bytes = ByteBuffer.allocate(slots.serializedSizeInBytes());
    slots.serialize(bytes);
    return ByteString.copyFrom(bytes.flip());
  }

  private static SortedMap<String, RoaringBitmap> parsed(List<BookRecord> records) {
    SortedMap<String, RoaringBitmap> byMember = new TreeMap<>();
    for (BookRecord record : records) {
      String id = record.key().id();
      try {
        RoaringBitmap part = new RoaringBitmap();
        part.deserialize(record.body().asReadOnlyByteBuffer());
        String member = id.substring(0, Math.max(0, id.lastIndexOf('/')));
        byMember.computeIfAbsent(member, m -> new RoaringBitmap()).or(part);
      } catch (IOException | RuntimeException e) {
        LOG.warn("record {} by {} is not a set of slots: ignored", record.key(), record.author());
      }
    }
    return byMember;
  }
}
