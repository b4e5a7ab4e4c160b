package io.blockring.node.store;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One change of the index: 32 bytes in docs/design/on-disk-format.md.
 *
 * @param fingerprint 0 where a whole slot is meant
 */
record IndexRecord(Kind kind, long fingerprint, Place place) {

  /** In the order of their numbers on disk, from 1. */
  enum Kind {
    LARGE,
    SMALL,
    /** Everything in the slot is gone. */
    SLOT_FREED,
    SMALL_FORGOTTEN
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
        .put((byte) (kind.ordinal() + 1))
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
    int number = source.get();
    byte encoding = source.get();
    source.getShort();
    int slot = source.getInt();
    long fingerprint = source.getLong();
    int offset = source.getInt();
    int length = source.getInt();
    source.getLong();
    if (number < 1 || number > KINDS.length || encoding != BlockHeader.PLAIN) {
      return null;
    }
    Kind kind = KINDS[number - 1];
    boolean isSmall = kind == Kind.SMALL || kind == Kind.SMALL_FORGOTTEN;
    return new IndexRecord(kind, fingerprint, new Place(slot, offset, length, isSmall));
  }
}
