package io.blockring.client.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Content;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class MemoryRungTest {
  private static final int SEGMENT = 4_096;
  private final Version version = Content.version("m", "\"1\"", 300_000, 65_536);
  private final ReadScope scope = ReadScope.forReader(60_000);

  @Test
  void serves_the_second_read_without_asking_below() throws IOException {
    MemoryRung memory = new MemoryRung(64 * SEGMENT, SEGMENT);
    Content.Source below = new Content.Source(Rung.PEER, 1_000);
    BlockRange range = new BlockRange(version, 1, 5_000, 100);

    assertThat(read(memory, below, range).deepest).isEqualTo(Rung.PEER);
    Content.Reader second = read(memory, below, new BlockRange(version, 1, 4_096, 4_096));

    assertThat(second.deepest).isEqualTo(Rung.MEMORY);
    assertThat(below.asked).containsExactly(new BlockRange(version, 1, 4_096, 4_096));
  }

  @Test
  void asks_below_only_for_the_segments_it_lacks() throws IOException {
    MemoryRung memory = new MemoryRung(64 * SEGMENT, SEGMENT);
    Content.Source below = new Content.Source(Rung.PEER, 1_000);
    read(memory, below, new BlockRange(version, 0, 2 * SEGMENT, SEGMENT));
    below.asked.clear();

    read(memory, below, new BlockRange(version, 0, 100, 5 * SEGMENT));

    assertThat(below.asked)
        .containsExactly(
            new BlockRange(version, 0, 0, 2 * SEGMENT),
            new BlockRange(version, 0, 3 * SEGMENT, 3 * SEGMENT));
  }

  @Test
  void keeps_nothing_of_a_segment_that_broke_off() throws IOException {
    MemoryRung memory = new MemoryRung(64 * SEGMENT, SEGMENT);
    BlockRange range = new BlockRange(version, 0, 0, SEGMENT);
    Content.Reader reader = new Content.Reader(SEGMENT, 700);
    Answer answer =
        memory.read(
            (r, sink, s) -> {
              Content.deliver(r, SEGMENT - 1, sink, Rung.PEER, 1_000);
              return new Answer.Failed("reset");
            },
            range,
            reader,
            scope);

    assertThat(answer).isEqualTo(new Answer.Failed("reset"));
    assertThat(reader.bytes()).isEqualTo(Content.of(version, 0, SEGMENT - 1));
    assertThat(memory.bytes()).isZero();
    assertThat(read(memory, new Content.Source(Rung.PEER, 999), range).deepest)
        .isEqualTo(Rung.PEER);
  }

  @Test
  void passes_everything_through_when_it_has_no_bytes() throws IOException {
    MemoryRung memory = new MemoryRung(0, SEGMENT);
    Content.Source below = new Content.Source(Rung.PEER, 1_000);
    BlockRange range = new BlockRange(version, 0, 1, 10);
    read(memory, below, range);
    read(memory, below, range);
    assertThat(below.asked).containsExactly(range, range);
  }

  @Test
  void never_gives_wrong_bytes_under_eviction_by_many_readers() throws Exception {
    long seed = 20_261_120;
    MemoryRung memory = new MemoryRung(24 * SEGMENT, SEGMENT);
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Thread[] readers = new Thread[6];
    for (int i = 0; i < readers.length; i++) {
      SplittableRandom random = new SplittableRandom(seed + i);
      readers[i] =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int n = 0; n < 400; n++) {
                        readSomewhere(memory, random);
                      }
                    } catch (Throwable e) {
                      failures.add(e);
                    }
                  });
    }
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(failures).as("seed %d", seed).isEmpty();
    assertThat(memory.bytes()).isLessThanOrEqualTo(24L * SEGMENT);
  }

  private void readSomewhere(MemoryRung memory, SplittableRandom random) throws IOException {
    int block = random.nextInt(version.blockCount());
    int offset = random.nextInt(version.blockLength(block));
    int length = 1 + random.nextInt(Math.min(20_000, version.blockLength(block) - offset));
    read(
        memory,
        new Content.Source(Rung.PEER, 1 + random.nextInt(9_000)),
        new BlockRange(version, block, offset, length));
  }

  private Content.Reader read(MemoryRung memory, Content.Source below, BlockRange range)
      throws IOException {
    Content.Reader reader = new Content.Reader(range.length(), 1_500);
    assertThat(memory.read(below, range, reader, scope)).isInstanceOf(Answer.Complete.class);
    assertThat(reader.bytes()).isEqualTo(Content.of(version, Content.start(range), range.length()));
    return reader;
  }
}
