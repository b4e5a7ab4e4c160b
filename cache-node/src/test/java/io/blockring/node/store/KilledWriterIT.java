package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes blocks is killed: the next starts unaided and has all that was committed.
 */
@Timeout(180)
class KilledWriterIT {
  private static final int KILLS = 6;
  private static final int SLOTS = 40;

  @TempDir Path directory;

  @Test
  void nothing_committed_is_lost_and_nothing_wrong_survives() throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      Map<BlockKey, Integer> committed = writeAndKill(kill);
      assertThat(committed).isNotEmpty();
      try (SsdBlockStore store = SsdBlockStore.open(settings(directory))) {
        for (var entry : committed.entrySet()) {
          assertThat(TestBlocks.read(store, entry.getKey()))
              .isEqualTo(TestBlocks.bytes(entry.getKey(), entry.getValue()));
        }
        for (int i = 0; i < 100_000 && store.statistics().blocks() > 0; i++) {
          checkAndDrop(store, TestBlocks.anyKey(i));
        }
        assertThat(store.statistics().corruptBlocks()).isZero();
      }
    }
  }

  private static void checkAndDrop(SsdBlockStore store, BlockKey key) {
    if (store.contains(key)) {
      ByteBuffer read = Objects.requireNonNull(TestBlocks.read(store, key), "damaged");
      assertThat(read).isEqualTo(TestBlocks.bytes(key, read.remaining()));
      store.drop(key, BlockStore.DropReason.ASKED);
    }
  }

  /** The blocks that the writer said were flushed, and were not evicted by what followed. */
  private Map<BlockKey, Integer> writeAndKill(int round) throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                directory.toString(),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Map<BlockKey, Integer> committed = new HashMap<>();
    try (BufferedReader lines = writer.inputReader()) {
      int wanted = 2 + 3 * round;
      String line = lines.readLine();
      while (line != null && committed.size() < wanted * Writer.BATCH) {
        if (line.startsWith("committed ")) {
          List<String> words = List.of(line.split(" "));
          committed.put(
              TestBlocks.anyKey(Integer.parseInt(words.get(1))), Integer.parseInt(words.get(2)));
        }
        line = lines.readLine();
      }
    } finally {
      writer.destroyForcibly();
      assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    return committed;
  }

  private static StoreSettings settings(Path directory) {
    return TestBlocks.settings(TestBlocks.disk(directory, SLOTS));
  }

  /** Writes and flushes, and says what it flushed. Killed before it is through. */
  static final class Writer {
    static final int BATCH = 5;

    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      SsdBlockStore store = SsdBlockStore.open(settings(Path.of(arguments[0])));
      int first = Integer.parseInt(arguments[1]) * 10_000;
      StringBuilder flushed = new StringBuilder();
      // Few enough that nothing is evicted: whatever was committed must be there.
      for (int number = first; number < first + 90; number++) {
        int length = number % 5 == 0 ? TestBlocks.SMALL_LIMIT + number % 1000 : 50_000 + number;
        if (!TestBlocks.put(store, TestBlocks.anyKey(number), length)) {
          throw new IOException("block " + number + " was not kept");
        }
        flushed.append("committed ").append(number).append(' ').append(length).append('\n');
        if (number % BATCH == 0) {
          store.flush();
          System.out.print(flushed);
          System.out.flush();
          flushed.setLength(0);
        }
      }
    }
  }
}
