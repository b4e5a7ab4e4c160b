package io.blockring.benchmarks.eviction;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What GPU fleets read, made up: the public traces have nothing of the kind. */
final class GeneratedTraces {
  private static final int BLOCK_BYTES = 4 << 20;

  private GeneratedTraces() {}

  /** Training: every block once in each epoch, in another order each time. */
  static Trace shuffledEpochs(int blocks, int epochs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] order = new long[blocks];
    for (int i = 0; i < blocks; i++) {
      order[i] = i;
    }
    long[] reads = new long[blocks * epochs];
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int i = blocks - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        long moved = order[i];
        order[i] = order[other];
        order[other] = moved;
      }
      System.arraycopy(order, 0, reads, epoch * blocks, blocks);
    }
    return Trace.ofEqualBlocks("epochs", reads);
  }

  /**
   * Inference: models of several files, some much more wanted than others, each loaded from its
   * first block to its last by one to three servers a little apart, and now and then replaced by a
   * new version.
   */
  static Trace modelRollOut(int models, int loads, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Integer> bytes = new ArrayList<>();
    List<int[]> current = new ArrayList<>();
    for (int model = 0; model < models; model++) {
      current.add(version(bytes, random));
    }
    List<Integer> reads = new ArrayList<>();
    for (int load = 0; load < loads; load++) {
      int model = (int) (models * Math.pow(random.nextDouble(), 2.5));
      if (random.nextInt(20) == 0) {
        current.set(model, version(bytes, random));
      }
      load(current.get(model), 1 + random.nextInt(3), random, reads);
    }
    return new Trace(
        "roll-out",
        reads.stream().mapToInt(Integer::intValue).toArray(),
        bytes.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Adds the blocks of a new version: files of up to 100 blocks, the last of each a shorter one.
   */
  private static int[] version(List<Integer> bytes, SplittableRandom random) {
    int first = bytes.size();
    for (int file = 0; file < 5; file++) {
      int blocks = 20 + random.nextInt(81);
      for (int block = 1; block < blocks; block++) {
        bytes.add(BLOCK_BYTES);
      }
      bytes.add(1 + random.nextInt(BLOCK_BYTES));
    }
    int[] version = new int[bytes.size() - first];
    for (int i = 0; i < version.length; i++) {
      version[i] = first + i;
    }
    return version;
  }

  private static void load(
      int[] version, int servers, SplittableRandom random, List<Integer> reads) {
    int[] positions = new int[servers];
    for (int server = 0; server < servers; server++) {
      positions[server] = -random.nextInt(40);
    }
    for (boolean isLoading = true; isLoading; ) {
      isLoading = false;
      for (int server = 0; server < servers; server++) {
        int position = positions[server]++;
        if (position >= 0 && position < version.length) {
          reads.add(version[position]);
        }
        isLoading |= position < version.length;
      }
    }
  }
}
