package io.blockring.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.warmup.WarmupPlanner.Batch;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class WarmupPlannerTest {
  private static final int BLOCK = 4096;

  private static Version version(long size) {
    MountId mount = MountId.of("file:///x", "", BLOCK, "auto");
    return new Version(
        new ObjectName(mount, "key"), new Identity(Identity.Kind.ETAG, "\"e\""), size, BLOCK);
  }

  private static BitSet blocks(int... blocks) {
    BitSet set = new BitSet();
    for (int block : blocks) {
      set.set(block);
    }
    return set;
  }

  @Test
  void blocks_go_to_their_owners_in_order_and_in_batches() {
    Map<String, List<Batch>> plan =
        WarmupPlanner.plan(
            version(6 * BLOCK + 10),
            blocks(0, 1, 2, 4, 5, 6),
            block -> block % 2 == 0 ? "even" : "odd",
            2,
            Long.MAX_VALUE);

    assertThat(plan)
        .containsExactly(
            Map.entry(
                "even",
                List.of(
                    new Batch("even", List.of(0, 2), 2 * BLOCK),
                    new Batch("even", List.of(4, 6), BLOCK + 10))),
            Map.entry("odd", List.of(new Batch("odd", List.of(1, 5), 2 * BLOCK))));
  }

  @Test
  void a_block_larger_than_the_limit_goes_alone() {
    Map<String, List<Batch>> plan =
        WarmupPlanner.plan(version(3 * BLOCK), blocks(0, 1, 2), _ -> "one", 10, 10);

    assertThat(plan.get("one"))
        .extracting(Batch::blocks)
        .containsExactly(List.of(0), List.of(1), List.of(2));
  }

  @Test
  void nothing_wanted_is_no_plan() {
    assertThat(WarmupPlanner.plan(version(0), blocks(), _ -> "one", 10, 10)).isEmpty();
  }

  @Test
  void every_wanted_block_is_in_exactly_one_batch_of_its_owner() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
    for (int run = 0; run < 300; run++) {
      Version version = version(random.nextLong(200L * BLOCK));
      BitSet wanted = new BitSet();
      for (int block = 0; block < version.blockCount(); block++) {
        wanted.set(block, random.nextBoolean());
      }
      int mostBlocks = 1 + random.nextInt(10);
      long mostBytes = 1 + random.nextLong(10L * BLOCK);
      BitSet planned = new BitSet();
      WarmupPlanner.plan(version, wanted, block -> "node-" + block % 7, mostBlocks, mostBytes)
          .forEach(
              (owner, batches) ->
                  batches.forEach(
                      batch -> {
                        assertThat(batch.blocks()).hasSizeBetween(1, mostBlocks);
                        assertThat(batch.blocks().size() == 1 || batch.bytes() <= mostBytes)
                            .isTrue();
                        long bytes = 0;
                        for (int block : batch.blocks()) {
                          assertThat(owner).isEqualTo("node-" + block % 7);
                          assertThat(planned.get(block)).isFalse();
                          planned.set(block);
                          bytes += version.blockLength(block);
                        }
                        assertThat(batch.bytes()).isEqualTo(bytes);
                      }));
      assertThat(planned).isEqualTo(wanted);
    }
  }
}
