package io.blockring.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Content;
import io.blockring.client.namespace.Version;
import io.blockring.client.object.SequentialReads.Coming;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequentialReadsTest {
  private static final int BLOCK = 16_384;
  private static final int QUARTER = BLOCK / 4;

  private final Version version = Content.version("o", "\"1\"", 10 * BLOCK, BLOCK);
  private final SequentialReads reads = new SequentialReads(2);

  private List<Integer> begins(long offset, long length) {
    Coming coming = reads.begins(version, offset, length);
    return IntStream.range(coming.first(), coming.end()).boxed().toList();
  }

  @Test
  void names_each_block_once_before_its_reader_comes_to_it() {
    List<Integer> named = new ArrayList<>();
    for (int part = 0; part < 40; part++) {
      if (part >= 4) {
        assertThat(named).contains(part / 4);
      }
      named.addAll(begins((long) part * QUARTER, QUARTER));
      assertThat(named).allMatch(block -> block <= 2 + QUARTER * 40 / BLOCK);
    }
    assertThat(named).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void a_header_and_what_follows_it_are_no_run() {
    assertThat(begins(0, 8)).isEmpty();
    assertThat(begins(8, BLOCK)).isEmpty();
    assertThat(begins(5 * BLOCK, BLOCK)).isEmpty();
  }

  @Test
  void small_reads_earn_a_block_when_they_have_read_half_of_one() {
    for (int at = 0; at < BLOCK / 2 - 1_024; at += 1_024) {
      assertThat(begins(at, 1_024)).isEmpty();
    }
    assertThat(begins(BLOCK / 2 - 1_024, 1_024)).containsExactly(1);
    assertThat(begins(BLOCK / 2, 1_024)).isEmpty();
  }

  @Test
  void readers_of_one_object_at_different_places_are_told_apart() {
    List<Integer> named = new ArrayList<>();
    for (int part = 0; part < 3; part++) {
      named.addAll(begins((long) part * QUARTER, QUARTER));
      named.addAll(begins(5L * BLOCK + (long) part * QUARTER, QUARTER));
    }
    assertThat(named).containsExactly(1, 6);
  }

  @Test
  void random_reads_name_nothing_and_nothing_lies_behind_the_end() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 10_000; i++) {
      assertThat(begins(random.nextInt(40) * (long) QUARTER, 100)).isEmpty();
    }
    for (int block = 6; block < 10; block++) {
      assertThat(begins((long) block * BLOCK, BLOCK)).allMatch(named -> named < 10);
    }
  }
}
