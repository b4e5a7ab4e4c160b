package io.blockring.client.ladder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArrivingBlockTest {

  @Test
  void every_byte_is_where_it_belongs_wherever_the_block_begins_to_arrive() {
    long seed = 71;
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      int length = 1 + random.nextInt(200);
      int first = random.nextInt(length);
      ArrivingBlock block = new ArrivingBlock(length, first);
      block.begin(ByteBuffer.allocate(length));
      BitSet there = new BitSet(length);
      int next = first;
      while (there.cardinality() < length) {
        ByteBuffer room = block.claim(1 + random.nextInt(length));
        int count = 1 + random.nextInt(room.remaining());
        for (int i = 0; i < count; i++) {
          room.put((byte) (next + i));
          there.set(next + i);
        }
        block.commit(count, Rung.ORIGIN);
        next = next + count == length ? 0 : next + count;
        check(
            block,
            there,
            length,
            "seed %d round %d: %d of %d".formatted(seed, round, first, length));
      }
      assertThat(block.arrived()).isEqualTo(length);
    }
  }

  private static void check(ArrivingBlock block, BitSet there, int length, String where) {
    assertThat(block.arrived()).as(where).isEqualTo(there.cardinality());
    for (int offset = 0; offset < length; offset++) {
      int gap = Math.min(length, there.nextClearBit(offset));
      assertThat(block.availableFrom(offset))
          .as("%s, from %d", where, offset)
          .isEqualTo(gap - offset);
      for (int at = offset; at < gap; at++) {
        assertThat(block.bytes(at, 1).get()).as(where).isEqualTo((byte) at);
      }
      int missing = gap;
      if (missing < length) {
        assertThatThrownBy(() -> block.bytes(missing, 1))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }
}
