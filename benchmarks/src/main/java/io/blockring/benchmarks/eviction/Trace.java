package io.blockring.benchmarks.eviction;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Blocks in the order in which they are read.
 *
 * @param name for the table
 * @param reads numbers from 0, without gaps
 * @param bytes of each block, by its number
 */
record Trace(String name, int[] reads, int[] bytes) {
  private static final int BLOCK_BYTES = 4 << 20;

  /** Blocks that are all of 4 MiB; any numbers may name them. */
  static Trace ofEqualBlocks(String name, long[] named) {
    Map<Long, Integer> numbers = new HashMap<>();
    int[] reads = new int[named.length];
    for (int i = 0; i < named.length; i++) {
      reads[i] = numbers.computeIfAbsent(named[i], unknown -> numbers.size());
    }
    int[] bytes = new int[numbers.size()];
    Arrays.fill(bytes, BLOCK_BYTES);
    return new Trace(name, reads, bytes);
  }

  /**
   * Reads NAME.trace.gz, one decimal number on a line, or NAME.trace.xz, big-endian 32-bit numbers
   * (unpacked by the command {@code xz}).
   */
  static Trace read(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".trace.gz")) {
      return ofEqualBlocks(name.replace(".trace.gz", ""), lines(file));
    }
    if (name.endsWith(".trace.xz")) {
      return ofEqualBlocks(name.replace(".trace.xz", ""), integers(file));
    }
    throw new IOException(file + ": a trace is NAME.trace.gz or NAME.trace.xz");
  }

  int blocks() {
    return bytes.length;
  }

  private static long[] lines(Path file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
      return reader
          .lines()
          .map(String::strip)
          .filter(line -> line.matches("\\d+"))
          .mapToLong(Long::parseLong)
          .toArray();
    }
  }

  private static long[] integers(Path file) throws IOException {
    Process unpacking = new ProcessBuilder("xz", "-dc", file.toString()).start();
    long[] numbers = new long[1024];
    int count = 0;
    try (InputStream unpacked = unpacking.getInputStream();
        DataInputStream input = new DataInputStream(new BufferedInputStream(unpacked))) {
      for (boolean isMore = true; isMore; ) {
        try {
          int number = input.readInt();
          numbers = count < numbers.length ? numbers : Arrays.copyOf(numbers, 2 * count);
          numbers[count++] = number;
        } catch (EOFException end) {
          isMore = false;
        }
      }
    }
    return Arrays.copyOf(numbers, count);
  }
}
