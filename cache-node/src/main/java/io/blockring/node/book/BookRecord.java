package io.blockring.node.book;

import com.google.protobuf.ByteString;
import io.blockring.wire.v1.Record;
import io.blockring.wire.v1.RecordStamp;
import java.util.Comparator;

/**
 * One state of one record. Of two states the one with the higher (version, author) stands, on every
 * node, whatever the order of arrival.
 *
 * @param version 1 for the first state, one more for each that replaces another
 * @param author who wrote this state: one process of one node, see {@link Book#author}
 * @param isTombstone whether the record is removed; tombstones travel like any state
 * @param body as its kind says, at most {@link #MAX_BODY} bytes
 */
public record BookRecord(
    RecordKey key, long version, String author, boolean isTombstone, ByteString body) {
  /** Bytes a body may have. */
  public static final int MAX_BODY = 64 << 10;

  /** Beyond what anybody counts to: a record above it could never be replaced. */
  static final long MAX_VERSION = 1L << 62;

  private static final int MAX_AUTHOR = 128;

  /**
   * An author never writes one version twice, so version and author decide; the rest only makes the
   * order total should that promise be broken.
   */
  static final Comparator<BookRecord> STANDING =
      Comparator.comparingLong(BookRecord::version)
          .thenComparing(BookRecord::author)
          .thenComparing(BookRecord::isTombstone)
          .thenComparing(BookRecord::body, ByteString.unsignedLexicographicalComparator());

  public BookRecord {
    if (version < 1 || version > MAX_VERSION) {
      throw new IllegalArgumentException(
          "version of " + key + " is not between 1 and 2^62: " + version);
    }
    if (author.isEmpty() || author.length() > MAX_AUTHOR) {
      throw new IllegalArgumentException(
          "author of " + key + " has " + author.length() + " characters, not 1 to " + MAX_AUTHOR);
    }
    if (body.size() > MAX_BODY) {
      throw new IllegalArgumentException(
          "body of " + key + " has " + body.size() + " bytes, limit " + MAX_BODY);
    }
  }

  /** Whether this state stands when both are known. */
  boolean supersedes(BookRecord other) {
    return STANDING.compare(this, other) > 0;
  }

  Stamp stamp() {
    return new Stamp(key, version, author);
  }

  Record toWire() {
    return Record.newBuilder()
        .setStamp(stamp().toWire())
        .setTombstone(isTombstone)
        .setBody(body)
        .build();
  }

  static BookRecord ofWire(Record wire) {
    Stamp stamp = Stamp.ofWire(wire.getStamp());
    return new BookRecord(
        stamp.key(), stamp.version(), stamp.author(), wire.getTombstone(), wire.getBody());
  }

  /** What a digest tells of a record. */
  record Stamp(RecordKey key, long version, String author) {

    RecordStamp toWire() {
      return RecordStamp.newBuilder()
          .setKind(key.kind())
          .setId(key.id())
          .setVersion(version)
          .setAuthor(author)
          .build();
    }

    static Stamp ofWire(RecordStamp wire) {
      return new Stamp(
          new RecordKey(wire.getKind(), wire.getId()), wire.getVersion(), wire.getAuthor());
    }

    boolean isOlderThan(BookRecord record) {
      int byVersion = Long.compare(version, record.version());
      return byVersion != 0 ? byVersion < 0 : author.compareTo(record.author()) < 0;
    }
  }
}
