package io.blockring.demo;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.Blocks;
import io.blockring.demo.DemoFiles.Entry;
import io.blockring.demo.RungTable.Through;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Reads every file, block by block so that each read meets one rung, and checks every byte. What is
 * wrong is collected, not thrown: a demo that stops at the first fault shows less.
 */
final class LadderReads {
  /** A read is one block of the main mount, so it has one owner. */
  static final int READ_BYTES = Blocks.DEFAULT_BLOCK_BYTES;

  /** How often {@link #everywhereTwice} reads each byte. */
  static final int ROUNDS = 2;

  private static final int READERS = 4;
  private static final int PROBLEMS_KEPT = 20;
  private static final long MINUTES = 30;

  /** One block, to be read. */
  private record Block(Entry entry, long offset, int length) {}

  private interface BlockVisitor {
    void visit(Block block);
  }

  /** A way into the cluster. */
  interface Reader {
    S3Reader.Read read(Entry entry, long offset, int length) throws IOException;
  }

  private final DemoFiles files;
  private final RungTable table;
  private final List<String> problems = new ArrayList<>();
  private long problemCount;

  LadderReads(DemoFiles files, RungTable table) {
    this.files = files;
    this.table = table;
  }

  /** Every file once, through one node each. */
  void once(List<S3Reader> nodes, String mount, LongConsumer onBytes) throws InterruptedException {
    forEachBlock(
        block -> {
          int node = Math.floorMod(block.entry().key().hashCode(), nodes.size());
          check(block, Through.S3, Rung.ORIGIN, nodes.get(node).of(mount), onBytes);
        });
  }

  /**
   * Every block through every node, and again: its owner answers from the SSD, the others from the
   * owner and then from their memory.
   *
   * @param isWarm which keys must not need the bucket any more
   */
  void everywhereTwice(
      List<S3Reader> nodes, String mount, Predicate<String> isWarm, LongConsumer onBytes)
      throws InterruptedException {
    forEachBlock(
        block -> {
          Rung deepest = isWarm.test(block.entry().key()) ? Rung.PEER : Rung.ORIGIN;
          for (int round = 0; round < ROUNDS; round++) {
            for (S3Reader node : nodes) {
              check(block, Through.S3, deepest, node.of(mount), onBytes);
            }
          }
        });
  }

  /** Every block twice through the Java client. */
  void twice(Reader client, LongConsumer onBytes) throws InterruptedException {
    forEachBlock(
        block -> {
          for (int round = 0; round < ROUNDS; round++) {
            check(block, Through.JAVA, Rung.PEER, client, onBytes);
          }
        });
  }

  /** The first ones; how many there are in all is {@link #problemCount}. */
  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  synchronized long problemCount() {
    return problemCount;
  }

  synchronized void problem(String problem) {
    problemCount++;
    if (problems.size() < PROBLEMS_KEPT) {
      problems.add(problem);
    }
  }

  private void check(
      Block block, Through through, Rung deepest, Reader reader, LongConsumer onBytes) {
    Entry entry = block.entry();
    try {
      S3Reader.Read read = reader.read(entry, block.offset(), block.length());
      table.add(through, read.rung(), block.length(), read.nanos());
      String wrong = files.problem(entry, block.offset(), read.bytes());
      if (wrong != null) {
        problem(read.rung().label() + ": " + wrong);
      }
      if (read.rung().compareTo(deepest) > 0) {
        problem(entry.key() + " came from the " + read.rung().label() + " although it was warm");
      }
    } catch (IOException e) {
      problem(entry.key() + ": " + e.getMessage());
    }
    onBytes.accept(block.length());
  }

  /** Several files side by side, the blocks of each in order. */
  private void forEachBlock(BlockVisitor visitor) throws InterruptedException {
    try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
      List<Future<?>> pending = new ArrayList<>();
      for (Entry entry : files.entries()) {
        pending.add(readers.submit(() -> visitBlocks(entry, visitor)));
      }
      try {
        for (Future<?> file : pending) {
          file.get(MINUTES, TimeUnit.MINUTES);
        }
      } catch (ExecutionException | TimeoutException e) {
        readers.shutdownNow();
        throw new IllegalStateException("reading the files did not end", e);
      }
    }
  }

  private static void visitBlocks(Entry entry, BlockVisitor visitor) {
    for (long offset = 0; offset < entry.size(); offset += READ_BYTES) {
      int length = (int) Math.min(READ_BYTES, entry.size() - offset);
      visitor.visit(new Block(entry, offset, length));
    }
  }
}
