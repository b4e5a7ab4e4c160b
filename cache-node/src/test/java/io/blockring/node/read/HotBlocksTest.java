package io.blockring.node.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HotBlocksTest {
  private static final int BLOCK = 1 << 20;
  private static final Version VERSION =
      new Version(
          new ObjectName(MountId.of("s3://b", "", BLOCK, "etag"), "k"),
          new Identity(Identity.Kind.ETAG, "1"),
          2_000L * BLOCK,
          BLOCK);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final HotBlocks hot = new HotBlocks(now::get);

  @Test
  void few_blocks_that_many_read_are_spread() {
    for (int block = 0; block < 8; block++) {
      for (int reader = 0; reader < 64; reader++) {
        read(block);
      }
      assertThat(read(block)).isEqualTo(HotBlocks.SPREAD);
    }
  }

  @Test
  void a_file_that_one_reader_goes_through_is_not() {
    for (int block = 0; block < 2_000; block++) {
      assertThat(read(block)).isZero();
      now.addAndGet(Duration.ofMillis(2).toNanos());
    }
  }

  @Test
  void many_blocks_that_all_are_read_alike_are_not() {
    for (int round = 0; round < 40; round++) {
      for (int block = 0; block < 200; block++) {
        read(block);
      }
      now.addAndGet(Duration.ofMillis(20).toNanos());
    }
    assertThat(read(7)).isZero();
  }

  @Test
  void a_hot_block_cools_down_when_its_readers_have_gone() {
    for (int reader = 0; reader < 64; reader++) {
      read(1);
    }
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(read(1)).as("of few readers, the others are spread").isEqualTo(HotBlocks.SPREAD);
    now.addAndGet(Duration.ofSeconds(6).toNanos());
    assertThat(read(1)).isZero();
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    read(2);
    assertThat(hot.count()).isZero();
  }

  private int read(int block) {
    return hot.spreadAfter(BlockRange.whole(VERSION, block));
  }
}
