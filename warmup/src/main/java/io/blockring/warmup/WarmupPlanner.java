package io.blockring.warmup;

import io.blockring.client.namespace.Version;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Divides wanted blocks among their owners. Pure. */
final class WarmupPlanner {

  private WarmupPlanner() {}

  /**
   * Blocks of one version for one owner, in order.
   *
   * @param bytes of all of them
   */
  record Batch(String owner, List<Integer> blocks, long bytes) {}

  /**
   * Batches of at most so many blocks and bytes, by owner; a block larger than the limit is a batch
   * of its own.
   */
  static Map<String, List<Batch>> plan(
      Version version, BitSet wanted, IntFunction<String> owner, int mostBlocks, long mostBytes) {
    Map<String, List<Integer>> byOwner = new LinkedHashMap<>();
    wanted.stream()
        .forEach(
            block ->
                byOwner.computeIfAbsent(owner.apply(block), _ -> new ArrayList<>()).add(block));
    Map<String, List<Batch>> plan = new LinkedHashMap<>();
    byOwner.forEach(
        (member, blocks) ->
            plan.put(member, batches(version, member, blocks, mostBlocks, mostBytes)));
    return plan;
  }

  private static List<Batch> batches(
      Version version, String owner, List<Integer> blocks, int mostBlocks, long mostBytes) {
    List<Batch> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    long bytes = 0;
    for (int block : blocks) {
      int length = version.blockLength(block);
      if (!batch.isEmpty() && (batch.size() == mostBlocks || bytes + length > mostBytes)) {
        batches.add(new Batch(owner, List.copyOf(batch), bytes));
        batch.clear();
        bytes = 0;
      }
      batch.add(block);
      bytes += length;
    }
    batches.add(new Batch(owner, List.copyOf(batch), bytes));
    return batches;
  }
}
