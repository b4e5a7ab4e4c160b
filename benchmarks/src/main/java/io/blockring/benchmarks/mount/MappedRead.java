package io.blockring.benchmarks.mount;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Maps a file and touches each page in order, then prints the seconds that took. A process of its
 * own, because a map lives until the collector finds it, and pages that are mapped stay cached.
 */
final class MappedRead {
  private static final int PAGE = 4096;

  private MappedRead() {}

  public static void main(String[] arguments) throws IOException {
    long start = System.nanoTime();
    long sum = 0;
    try (FileChannel channel = FileChannel.open(Path.of(arguments[0]))) {
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      for (int at = 0; at < map.limit(); at += PAGE) {
        sum += map.get(at);
      }
    }
    // The sum is said so that nobody finds the loop to be for nothing.
    System.out.println((System.nanoTime() - start) / 1e9 + " " + sum);
  }
}
