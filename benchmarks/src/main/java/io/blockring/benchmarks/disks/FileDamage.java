package io.blockring.benchmarks.disks;

import io.blockring.node.store.SsdBlockStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Changes files of a closed store, opens it and reads everything: what comes is right, or does not
 * come. Seeded, so that a finding can be had again.
 */
final class FileDamage {
  private static final int BLOCKS = 80;
  private static final long BUDGET_BYTES = 256L << 20;
  private static final int HEADER_BYTES = 8192;
  private static final int SLOT_BYTES = 4 << 20;
  private static final int LARGE_BLOCKS = BLOCKS / 4;
  private static final int USED_OF_HEADER = 64 + Blocks.MAX_BYTES / 4096 * 4;
  private static final long SEED = 20261120;

  private enum Kind {
    FLIP,
    SWAP,
    TRUNCATE,
    ZERO
  }

  /** Where damage is done. */
  private enum Place {
    BYTES,
    HEADERS,
    INDEX,
    FORMAT
  }

  private final Path directory;
  private final int rounds;
  private final Random random = new Random(SEED);
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(Blocks.MAX_BYTES);

  FileDamage(Path directory, int rounds) {
    this.directory = directory;
    this.rounds = rounds;
  }

  void addTo(FaultTable table) throws IOException {
    fillAndClose();
    for (Kind kind : Kind.values()) {
      for (Place place : Place.values()) {
        table.add(tried(kind, place));
      }
    }
  }

  private FaultTable.Row tried(Kind kind, Place place) throws IOException {
    int detected = 0;
    int wrong = 0;
    long slowest = 0;
    for (int round = 0; round < rounds; round++) {
      damage(kind, place);
      long start = System.nanoTime();
      List<Blocks.Found> found = fillAndClose();
      slowest = Math.max(slowest, (System.nanoTime() - start) / 1_000_000);
      wrong += (int) found.stream().filter(Blocks.Found.WRONG::equals).count();
      detected += found.contains(Blocks.Found.MISSING) ? 1 : 0;
    }
    String name = kind + " in " + place + " of a store's files";
    return new FaultTable.Row(
        name.toLowerCase(Locale.ROOT),
        rounds,
        detected,
        "-",
        -1,
        -1,
        rounds * BLOCKS,
        wrong,
        0,
        slowest);
  }

  /** Reads all, brings back what is missing. */
  private List<Blocks.Found> fillAndClose() throws IOException {
    List<Blocks.Found> found = new ArrayList<>();
    try (SsdBlockStore store = Blocks.open(directory, BUDGET_BYTES)) {
      for (int i = 0; i < BLOCKS; i++) {
        Blocks.Found one = Blocks.read(store, i, scratch);
        found.add(one);
        if (one == Blocks.Found.MISSING) {
          Blocks.put(store, i, Blocks.length(i), scratch);
        }
      }
    }
    return found;
  }

  private void damage(Kind kind, Place place) throws IOException {
    Path path =
        directory.resolve(
            switch (place) {
              case BYTES, HEADERS -> "segment-000000";
              case INDEX -> "index.log";
              case FORMAT -> "format";
            });
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      Range one = range(place, file.length());
      switch (kind) {
        case FLIP -> write(file, one.at, flipped(read(file, one.at, 1)));
        case ZERO -> write(file, one.at, new byte[one.length]);
        case TRUNCATE -> file.setLength(one.at);
        case SWAP -> {
          Range two = range(place, file.length());
          int length = Math.min(one.length, two.length);
          byte[] bytes = read(file, one.at, length);
          write(file, one.at, read(file, two.at, length));
          write(file, two.at, bytes);
        }
      }
    }
  }

  private record Range(long at, int length) {}

  /** Some bytes that are in use. */
  private Range range(Place place, long fileBytes) {
    int slot = random.nextInt(LARGE_BLOCKS);
    long start =
        switch (place) {
          case BYTES -> (long) SLOT_BYTES * (slot + 1);
          case HEADERS -> (long) HEADER_BYTES * slot;
          case INDEX, FORMAT -> 0;
        };
    int used =
        switch (place) {
          case BYTES -> Blocks.MAX_BYTES;
          case HEADERS -> USED_OF_HEADER;
          case INDEX, FORMAT -> (int) fileBytes;
        };
    int first = random.nextInt(used);
    return new Range(start + first, 1 + random.nextInt(Math.min(used - first, HEADER_BYTES)));
  }

  private byte[] flipped(byte[] one) {
    one[0] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    return one;
  }

  private static byte[] read(RandomAccessFile file, long at, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.seek(at);
    file.readFully(bytes);
    return bytes;
  }

  private static void write(RandomAccessFile file, long at, byte[] bytes) throws IOException {
    file.seek(at);
    file.write(bytes);
  }
}
