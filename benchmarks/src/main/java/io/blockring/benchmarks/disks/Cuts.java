package io.blockring.benchmarks.disks;

import io.blockring.benchmarks.Goal;
import io.blockring.node.store.SsdBlockStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Kills a process that writes blocks, or cuts the power of its disk: the next one starts unaided,
 * has what was committed, and nothing else but right bytes.
 */
final class Cuts {
  private static final long DISK_BYTES = 1L << 30;
  private static final long BUDGET_BYTES = 800L << 20;
  private static final int MOST_BLOCKS = 1200;
  private static final long SEED = 20261120;

  private final Path folder;
  private final int rounds;
  private final Random random = new Random(SEED);
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(Blocks.MAX_BYTES);
  private int committed;
  private int kept;
  private int wrong;
  private long slowestMillis;

  Cuts(Path folder, int rounds) {
    this.folder = folder;
    this.rounds = rounds;
  }

  void addTo(FaultTable table) throws IOException, InterruptedException {
    for (boolean isPowerCut : new boolean[] {false, true}) {
      String name = isPowerCut ? "power cut (EXT4_IOC_SHUTDOWN)" : "kill -9";
      committed = 0;
      kept = 0;
      wrong = 0;
      slowestMillis = 0;
      for (int round = 0; round < rounds; round++) {
        cut(isPowerCut);
      }
      table.add(
          new FaultTable.Row(
              name, rounds, rounds, "-", -1, -1, committed, wrong, 0, slowestMillis));
      Goal.atLeast("committed blocks kept after a " + name, (double) kept / committed, 0.999);
    }
  }

  private void cut(boolean isPowerCut) throws IOException, InterruptedException {
    Path mount = folder.resolve("disk");
    try (FaultyDisk disk = FaultyDisk.make(folder.resolve("image"), mount, DISK_BYTES)) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1",
                  "-Dlogback.configurationFile=demo-logback.xml",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  mount.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      BitSet said = committedBefore(writer, 30 + random.nextInt(300), isPowerCut ? disk : null);
      writer.destroyForcibly();
      if (!writer.waitFor(30, TimeUnit.SECONDS)) {
        throw new IOException("the writer does not end");
      }
      if (isPowerCut) {
        disk.pullOut();
        disk.mount();
      }
      check(mount, said);
    }
  }

  /**
   * Reads what the writer says until it is enough, and then cuts at some moment of its next step.
   */
  private BitSet committedBefore(Process writer, int enough, @Nullable FaultyDisk cut)
      throws IOException {
    BitSet said = new BitSet();
    BufferedReader lines = writer.inputReader();
    String line = lines.readLine();
    while (line != null) {
      int upTo = Integer.parseInt(line);
      said.set(0, upTo);
      if (upTo >= enough) {
        break;
      }
      line = lines.readLine();
    }
    long end = System.nanoTime() + random.nextLong(150_000_000);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    if (cut != null) {
      cut.shutDown();
    }
    return said;
  }

  private void check(Path mount, BitSet said) throws IOException {
    long start = System.nanoTime();
    try (SsdBlockStore store = Blocks.open(mount, BUDGET_BYTES)) {
      slowestMillis = Math.max(slowestMillis, (System.nanoTime() - start) / 1_000_000);
      for (int i = 0; i < MOST_BLOCKS; i++) {
        Blocks.Found found = Blocks.read(store, i, scratch);
        wrong += found == Blocks.Found.WRONG ? 1 : 0;
        if (said.get(i)) {
          committed++;
          kept += found == Blocks.Found.RIGHT ? 1 : 0;
        }
      }
    }
  }

  /** Writes blocks and says how many of them are committed, until it is killed. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      ByteBuffer scratch = ByteBuffer.allocateDirect(Blocks.MAX_BYTES);
      try (SsdBlockStore store = Blocks.open(Path.of(arguments[0]), BUDGET_BYTES)) {
        for (int i = 0; i < MOST_BLOCKS; i++) {
          if (!Blocks.put(store, i, Blocks.length(i), scratch)) {
            return; // The power is off.
          }
          if (i % 10 == 9) {
            store.flush();
            System.out.println(i + 1);
            System.out.flush();
          }
        }
      }
    }
  }
}
