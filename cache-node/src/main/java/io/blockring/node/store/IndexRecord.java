package io.blockring.node.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One change of the index: 32 bytes in docs/design/on-disk-format.md.
 *
 * @param fingerprint 0 where a whole slot is meant
 */
record IndexRecord(Kind kind, long fingerprint, Place place) {

  /** What changed, and its number on disk. */
  enum Kind {
    LARGE(1),
    SMALL(2),
    /** Everything in the slot is gone. */
    SLOT_FREED(3),
    SMALL_FORGOTTEN(4);

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
    return new IndexRecord(place.isSmall() ? Kind.SMALL : Kind.LARGE, fingerprint, place);
  }

  static IndexRecord freed(int slot) {
    return new IndexRecord(Kind.SLOT_FREED, 0, Place.large(slot, 0));
  }

  static IndexRecord forgotten(long fingerprint, Place place) {
    return new IndexRecord(Kind.SMALL_FORGOTTEN, fingerprint, place);
  }

  void write(ByteBuffer target) {
    target
        .put(kind.number)
        .put(BlockHeader.PLAIN)
        .putShort((short) 0)
        .putInt(place.slot())
        .putLong(fingerprint)
        .putInt(place.offset())
        .putInt(place.length())
        .putLong(0);
  }

  /** Null when it is of a kind or an encoding that this build does not know. */
  static @Nullable IndexRecord read(ByteBuffer source) {
    Kind kind = Kind.of(source.get());
    byte encoding = source.get();
    source.getShort();
    int slot = source.getInt();
    long fingerprint = source.getLong();
    int offset = source.getInt();
    int length = source.getInt();
    source.getLong();
    if (kind == null || encoding != BlockHeader.PLAIN) {
      return null;
    }
    boolean isSmall = kind == Kind.SMALL || kind == Kind.SMALL_FORGOTTEN;
    return new IndexRecord(kind, fingerprint, new Place(slot, offset, length, isSmall));
  }
}
