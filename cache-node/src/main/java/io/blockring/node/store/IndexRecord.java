package io.blockring.node.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One change of the index: 32 bytes in docs/design/on-disk-format.md.
 *
 * @param fingerprint 0 where a whole slot is meant
 * @param tenant whose the block is, a {@linkplain Tenants#tag tag}; 0 where that is of no account
 * @param filledSeconds since 1970 when it was filled; 0 where that is of no account. Of what was
 *     written in a day, which {@code fingerprint} says, it is the day since 1970
 */
record IndexRecord(Kind kind, long fingerprint, Place place, int tenant, int filledSeconds) {

  /** What changed, and its number on disk. */
  enum Kind {
    LARGE(1),
    SMALL(2),
    /** Everything in the slot is gone. */
    SLOT_FREED(3),
    SMALL_FORGOTTEN(4),
    /** Bytes written in a day, up to now. */
    WRITTEN(5);

    private final byte number;

    Kind(int number) {
      this.number = (byte) number;
    }

    private static @Nullable Kind of(int number) {
      for (Kind kind : KINDS) {
        if (kind.number == number) {
          return kind;
        }
      }
      return null;
    }
  }

  static final int BYTES = 32;

  private static final Kind[] KINDS = Kind.values();

  static IndexRecord added(long fingerprint, Place place) {
    return added(fingerprint, place, 0, 0);
  }

  static IndexRecord added(long fingerprint, Place place, int tenant, int filledSeconds) {
    Kind kind = place.isSmall() ? Kind.SMALL : Kind.LARGE;
    return new IndexRecord(kind, fingerprint, place, tenant, filledSeconds);
  }

  static IndexRecord freed(int slot) {
    return new IndexRecord(Kind.SLOT_FREED, 0, Place.large(slot, 0), 0, 0);
  }

  static IndexRecord forgotten(long fingerprint, Place place) {
    return new IndexRecord(Kind.SMALL_FORGOTTEN, fingerprint, place, 0, 0);
  }

  static IndexRecord written(long bytes, int day) {
    return new IndexRecord(Kind.WRITTEN, bytes, Place.large(0, 0), 0, day);
  }

  void write(ByteBuffer target) {
    target
        .put(kind.number)
        .put(place.encoding().number())
        .putShort((short) 0)
        .putInt(place.slot())
        .putLong(fingerprint)
        .putInt(place.offset())
        .putInt(place.length())
        .putInt(tenant)
        .putInt(filledSeconds);
  }

  /** Null when it is of a kind or an encoding that this build does not know. */
  static @Nullable IndexRecord read(ByteBuffer source) {
    Kind kind = Kind.of(source.get());
    Encoding encoding = Encoding.of(source.get());
    source.getShort();
    int slot = source.getInt();
    long fingerprint = source.getLong();
    int offset = source.getInt();
    int length = source.getInt();
    int tenant = source.getInt();
    int filledSeconds = source.getInt();
    if (kind == null || encoding == null) {
      return null;
    }
    boolean isSmall = kind == Kind.SMALL || kind == Kind.SMALL_FORGOTTEN;
    Place place = new Place(slot, offset, length, isSmall, encoding);
    return new IndexRecord(kind, fingerprint, place, tenant, filledSeconds);
  }
}
