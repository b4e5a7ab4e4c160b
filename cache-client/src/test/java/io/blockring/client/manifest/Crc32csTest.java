package io.blockring.client.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.Blocks;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32csTest {

  @Test
  void of_parts_of_any_length_it_is_that_of_the_whole() {
    long seed = 32;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] whole = new byte[1 + random.nextInt(20_000)];
      random.nextBytes(whole);
      int cut = random.nextInt(whole.length + 1);
      assertThat(
              Crc32cs.combine(
                  crc(whole, 0, cut), crc(whole, cut, whole.length), whole.length - cut))
          .as("seed %d round %d: %d of %d", seed, round, cut, whole.length)
          .isEqualTo(crc(whole, 0, whole.length));
    }
  }

  @Test
  void of_cells_it_is_that_of_the_block() {
    Random random = new Random(4);
    for (int length : new int[] {1, 4095, 4096, 4097, 8192, 300_000, 4 << 20}) {
      byte[] block = new byte[length];
      random.nextBytes(block);
      int[] cells = new int[Blocks.cells(length)];
      for (int i = 0; i < cells.length; i++) {
        int from = i * Blocks.CELL_BYTES;
        cells[i] = crc(block, from, Math.min(length, from + Blocks.CELL_BYTES));
      }
      assertThat(Crc32cs.ofCells(cells, length))
          .as("%d bytes", length)
          .isEqualTo(crc(block, 0, length));
    }
  }

  @Test
  void a_part_of_more_than_4_gib_is_shifted_by_all_of_its_bytes() {
    // So many zeros, a mebibyte at a time: shifting twice is shifting by the sum.
    int first = crc("123456789".getBytes(StandardCharsets.US_ASCII), 0, 9);
    assertThat(first).isEqualTo(0xE3069283);
    int mebibyte = crc(new byte[1 << 20], 0, 1 << 20);
    int zeros = mebibyte;
    long bytes = 1 << 20;
    while (bytes < 1L << 33) {
      zeros = Crc32cs.combine(zeros, zeros, bytes);
      bytes *= 2;
    }
    int atOnce = Crc32cs.combine(first, zeros, bytes);
    int half = Crc32cs.combine(mebibyte, mebibyte, 1 << 20);
    long halfBytes = 2 << 20;
    while (halfBytes < bytes / 2) {
      half = Crc32cs.combine(half, half, halfBytes);
      halfBytes *= 2;
    }
    int inTwo = Crc32cs.combine(Crc32cs.combine(first, half, halfBytes), half, halfBytes);
    assertThat(atOnce).isEqualTo(inTwo);
  }

  private static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }
}
