package io.blockring.node.store;

import java.nio.ByteBuffer;

/** Index records that wait to be written, in order. Grows. Not thread-safe. */
final class RecordBuffer {
  private static final int FIRST_BYTES = 8 * 1024;

  private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES);

  boolean isEmpty() {
    return bytes.position() == 0;
  }

  void add(IndexRecord record) {
    require(IndexRecord.BYTES);
    record.write(bytes);
  }

  void addAll(ByteBuffer records) {
    ByteBuffer source = records.duplicate();
    require(source.remaining());
    bytes.put(source);
  }

  /** All records, to be read once; this is empty afterwards. */
  ByteBuffer take() {
    ByteBuffer taken = bytes.flip();
    bytes = ByteBuffer.allocate(FIRST_BYTES);
    return taken;
  }

  /** All records, which stay. */
  ByteBuffer view() {
    return bytes.duplicate().flip();
  }

  private void require(int more) {
    if (bytes.remaining() < more) {
      int wanted = Math.max(2 * bytes.capacity(), bytes.position() + more);
      bytes = ByteBuffer.allocate(wanted).put(bytes.flip());
    }
  }
}
