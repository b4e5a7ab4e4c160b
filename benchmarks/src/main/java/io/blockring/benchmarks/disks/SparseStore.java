package io.blockring.benchmarks.disks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * A disk of the store with millions of blocks and no bytes in them, written as
 * docs/design/on-disk-format.md says: a start reads the index only.
 */
final class SparseStore {
  private static final int SLOT_BYTES = 4 << 20;
  private static final int HEADER_BYTES = 8192;
  private static final int SEGMENT_SLOTS = 512;
  private static final int PAGE_BYTES = 4096;
  private static final int PAGE_RECORDS = 127;
  private static final int RECORD_BYTES = 32;
  private static final int SMALL_BYTES = 10_240;
  private static final int SMALL_RECORD_BYTES = 10_368;
  private static final int SMALL_PER_SLOT = SLOT_BYTES / SMALL_RECORD_BYTES;
  private static final long INDEX_BYTES = 100;
  private static final long MOST_INDEX_BYTES = (1 << 20) + INDEX_BYTES * (16 << 20);
  private static final long DISK_ID = 0x5b0c2f8a91d3e644L;

  private SparseStore() {}

  /**
   * @return the budget in bytes that holds so many blocks
   */
  static long write(Path directory, int blocks, boolean areLarge) throws IOException {
    Files.createDirectories(directory);
    writeFormat(directory.resolve("format"));
    writeIndex(directory.resolve("index.log"), blocks, areLarge);
    int slots = areLarge ? blocks : blocks / SMALL_PER_SLOT + 1;
    for (int segment = 0; segment * SEGMENT_SLOTS < slots; segment++) {
      String name = String.format("segment-%06d", segment);
      try (RandomAccessFile file = new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
        file.setLength(SLOT_BYTES);
      }
    }
    // Room for the slots, and an index of a 32nd of all, as long as that is not more than it needs.
    long needed = (long) slots * (SLOT_BYTES + HEADER_BYTES);
    long index = areLarge ? Math.min(needed / 31, MOST_INDEX_BYTES) : INDEX_BYTES * blocks;
    return areLarge ? needed + index + (1 << 20) : 32 * Math.max(index, needed / 31) + (1 << 20);
  }

  private static void writeFormat(Path file) throws IOException {
    String head =
        "blockring block store\nformat 1\ndisk %016x\nslot-bytes %d\nsegment-slots %d\n"
            .formatted(DISK_ID, SLOT_BYTES, SEGMENT_SLOTS);
    CRC32C crc = new CRC32C();
    crc.update(head.getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(file, head + "crc32c %08x\n".formatted(crc.getValue()));
  }

  private static void writeIndex(Path file, int blocks, boolean areLarge) throws IOException {
    Random fingerprints = new Random(blocks);
    ByteBuffer pages = ByteBuffer.allocateDirect(256 * PAGE_BYTES);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long number = 0;
      for (int first = 0; first < blocks; first += PAGE_RECORDS) {
        int count = Math.min(PAGE_RECORDS, blocks - first);
        ByteBuffer page = pages.slice(pages.position(), PAGE_BYTES);
        writePage(page, number++, first, count, areLarge, fingerprints);
        pages.position(pages.position() + PAGE_BYTES);
        if (!pages.hasRemaining() || first + count == blocks) {
          out.write(pages.flip());
          pages.clear();
        }
      }
    }
  }

  private static void writePage(
      ByteBuffer page, long number, int first, int count, boolean areLarge, Random fingerprints) {
    page.putInt(0x42524958).put((byte) 1).put((byte) 0).putShort((short) count);
    page.putLong(number).putLong(DISK_ID).putInt(SLOT_BYTES).putInt(0);
    for (int block = first; block < first + count; block++) {
      page.put((byte) (areLarge ? 1 : 2)).put((byte) 0).putShort((short) 0);
      page.putInt(areLarge ? block : block / SMALL_PER_SLOT);
      page.putLong(fingerprints.nextLong());
      page.putInt(areLarge ? 0 : block % SMALL_PER_SLOT * SMALL_RECORD_BYTES);
      page.putInt(areLarge ? SLOT_BYTES : SMALL_BYTES).putLong(0);
    }
    while (page.hasRemaining()) {
      page.put((byte) 0);
    }
    CRC32C crc = new CRC32C();
    crc.update(page.rewind());
    page.putInt(28, (int) crc.getValue());
  }
}
