package io.blockring.node.operate;

import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.RungCounts;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.node.figures.Sample;
import io.blockring.node.fill.FillCounters;
import io.blockring.node.read.ReadCounters;
import io.blockring.node.store.BlockStore;
import io.blockring.node.store.StoreStatistics;
import java.util.function.LongFunction;

/** What readers got from this node and what its store holds, as of now. */
public final class OwnCounters implements LongFunction<Sample> {
  private final BlockStore store;
  private final ReadCounters reads;
  private final FillCounters fills;

  public OwnCounters(BlockStore store, ReadCounters reads, FillCounters fills) {
    this.store = store;
    this.reads = reads;
    this.fills = fills;
  }

  @Override
  public Sample apply(long atMillis) {
    StoreStatistics stored = store.statistics();
    RungCounts bytes = reads.bytes();
    return new Sample(
        atMillis,
        forReaders(Rung.MEMORY, bytes),
        forReaders(Rung.SSD, bytes),
        forReaders(Rung.PEER, bytes),
        forReaders(Rung.ORIGIN, bytes),
        forReaders(Rung.SOURCE_REGION, bytes),
        forReaders(Rung.ORIGIN, fills.fetched()) + forReaders(Rung.SOURCE_REGION, fills.fetched()),
        stored.blocks(),
        stored.bytes(),
        stored.budgetBytes());
  }

  private static long forReaders(Rung rung, RungCounts counts) {
    return counts.sum(rung, TrafficClass.READ) + counts.sum(rung, TrafficClass.READ_AHEAD);
  }
}
