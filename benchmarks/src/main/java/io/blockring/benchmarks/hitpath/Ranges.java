package io.blockring.benchmarks.hitpath;

import java.util.Random;
import java.util.stream.IntStream;

/**
 * The ranges that all readers of one load take from, the same for every server: aligned to their
 * length, all of them, or as many as can be kept ready, from anywhere in the object.
 */
final class Ranges {
  /** Far more than fit the processor's caches, few enough to keep their requests ready. */
  private static final int MOST = 32 * 1024;

  final int bytes;
  private final int[] places;

  Ranges(int bytes, long objectBytes) {
    this.bytes = bytes;
    int all = (int) (objectBytes / bytes);
    this.places =
        all <= MOST
            ? IntStream.range(0, all).toArray()
            : new Random(bytes).ints(MOST, 0, all).toArray();
  }

  int count() {
    return places.length;
  }

  /** The first byte of this range in the object. */
  long offset(int number) {
    return (long) places[number] * bytes;
  }
}
