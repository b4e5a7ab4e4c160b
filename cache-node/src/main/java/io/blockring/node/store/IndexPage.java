package io.blockring.node.store;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The unit of the index file: 4 KiB that prove themselves, so that damage costs the records of a
 * page and no more. The layout is in docs/design/on-disk-format.md.
 */
final class IndexPage {
  static final int BYTES = 4096;

  private static final int MAGIC = 0x42524958;
  private static final int HEADER_BYTES = 32;
  private static final int CRC_AT = 28;

  static final int RECORDS = (BYTES - HEADER_BYTES) / IndexRecord.BYTES;

  private IndexPage() {}

  /**
   * Writes one page at the target's position.
   *
   * @param records as many as fit are consumed
   * @param number of this page in its file
   */
  static void write(ByteBuffer records, ByteBuffer target, long number, DiskFormat format) {
    ByteBuffer page = target.slice(target.position(), BYTES);
    int count = Math.min(RECORDS, records.remaining() / IndexRecord.BYTES);
    page.putInt(MAGIC)
        .put(BlockHeader.VERSION)
        .put((byte) 0)
        .putShort((short) count)
        .putLong(number)
        .putLong(format.diskId())
        .putInt(format.slotBytes())
        .putInt(0);
    page.put(records.slice(records.position(), count * IndexRecord.BYTES));
    records.position(records.position() + count * IndexRecord.BYTES);
    while (page.hasRemaining()) {
      page.put((byte) 0);
    }
    page.putInt(CRC_AT, crc(page));
    target.position(target.position() + BYTES);
  }

  /**
   * Reads one page, all of it from the buffer's start.
   *
   * @return false when it is damaged or of another file, place or disk: no record was passed on
   */
  static boolean read(
      ByteBuffer page, long number, DiskFormat format, Consumer<IndexRecord> target) {
    int count = page.getShort(6);
    if (page.getInt(0) != MAGIC
        || page.get(4) != BlockHeader.VERSION
        || count < 0
        || count > RECORDS
        || page.getLong(8) != number
        || page.getLong(16) != format.diskId()
        || page.getInt(24) != format.slotBytes()
        || page.getInt(CRC_AT) != crc(page)) {
      return false;
    }
    ByteBuffer records = page.duplicate().position(HEADER_BYTES);
    for (int i = 0; i < count; i++) {
      IndexRecord record = IndexRecord.read(records);
      if (record != null) {
        target.accept(record);
      }
    }
    return true;
  }

  /** CRC32C of the page without the field that holds it, which reads as 0 while it is made. */
  private static int crc(ByteBuffer page) {
    int stored = page.getInt(CRC_AT);
    page.putInt(CRC_AT, 0);
    int crc = BlockHeader.crc(page.duplicate().clear(), BYTES);
    page.putInt(CRC_AT, stored);
    return crc;
  }
}
