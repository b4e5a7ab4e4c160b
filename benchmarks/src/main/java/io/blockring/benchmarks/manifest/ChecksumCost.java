package io.blockring.benchmarks.manifest;

import io.blockring.client.manifest.Crc32cs;
import io.blockring.client.manifest.Crc64Nvme;
import io.blockring.client.namespace.Blocks;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * Processor time of one thread for the checksums of a fill, per GB, and for combining those of a
 * block's cells, per block. Every round takes another block, so that no cache holds it.
 */
public final class ChecksumCost {
  private static final int BLOCK = Blocks.DEFAULT_BLOCK_BYTES;
  private static final int BLOCKS = 32;
  private static final int ROUNDS = 7;

  private ChecksumCost() {}

  public static void main(String[] arguments) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCKS * BLOCK);
    Random random = new Random(1);
    while (bytes.hasRemaining()) {
      bytes.putLong(random.nextLong());
    }
    print("CRC32C of a block", perBlock(bytes, ChecksumCost::crc32c), "CPU-s/GB");
    print("CRC64NVME of a block", perBlock(bytes, Crc64Nvme::of), "CPU-s/GB");
    int[] cells = random.ints(Blocks.cells(BLOCK)).toArray();
    double[] combined = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      combined[round] =
          seconds(
                  () -> {
                    long sum = 0;
                    for (int i = 0; i < 10_000; i++) {
                      cells[i % cells.length] ^= i;
                      sum += Crc32cs.ofCells(cells, BLOCK);
                    }
                    return sum;
                  })
              * 100;
    }
    print("combining " + cells.length + " cells", combined, "us");
  }

  private interface Checksum {
    long of(ByteBuffer block);
  }

  private static long crc32c(ByteBuffer block) {
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate());
    return crc.getValue();
  }

  /** CPU seconds per GB, of each round. */
  private static double[] perBlock(ByteBuffer bytes, Checksum checksum) {
    double[] rounds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      rounds[round] =
          seconds(
                  () -> {
                    long sum = 0;
                    for (int block = 0; block < BLOCKS; block++) {
                      sum += checksum.of(bytes.slice(block * BLOCK, BLOCK));
                    }
                    return sum;
                  })
              * 1e9
              / ((double) BLOCKS * BLOCK);
    }
    return rounds;
  }

  private static double seconds(LongSupplier work) {
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    long result = work.getAsLong();
    long nanos = threads.getCurrentThreadCpuTime() - before;
    if (result == 42) {
      System.out.println("never mind"); // The result is used, so the work is done.
    }
    return nanos / 1e9;
  }

  /** Without the first two rounds, which also compile. */
  private static void print(String what, double[] rounds, String unit) {
    double[] warm = Arrays.copyOfRange(rounds, 2, rounds.length);
    Arrays.sort(warm);
    System.out.printf(
        "%-24s %8.3f %s (least %.3f, most %.3f)%n",
        what, warm[warm.length / 2], unit, warm[0], warm[warm.length - 1]);
  }
}
