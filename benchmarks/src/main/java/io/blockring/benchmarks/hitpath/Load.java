package io.blockring.benchmarks.hitpath;

/**
 * Readers of one length.
 *
 * @param pauseMicros between the reads of each; 0 for as fast as they can
 */
record Load(Ranges ranges, int readers, int pauseMicros) {
  Load(Ranges ranges, int readers) {
    this(ranges, readers, 0);
  }

  String name() {
    int bytes = ranges.bytes;
    return readers + " x " + (bytes >= 1 << 20 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB");
  }
}
