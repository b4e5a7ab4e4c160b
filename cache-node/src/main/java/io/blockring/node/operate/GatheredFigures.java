package io.blockring.node.operate;

import io.blockring.node.figures.Gatherer;
import io.blockring.node.figures.Sample;
import io.blockring.node.figures.SampleWire;
import io.blockring.node.http.admin.Residency;
import io.blockring.node.http.admin.StoreUse;
import io.blockring.node.http.admin.Traffic;
import io.blockring.wire.v1.Figures;
import java.util.List;

/** What nodes said of themselves, in the words of the admin API. */
final class GatheredFigures {
  private GatheredFigures() {}

  /** Of now; all zero when a node sent none. */
  static Sample latest(Figures figures) {
    int count = figures.getSamplesCount();
    return count == 0
        ? new Sample(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        : SampleWire.sample(figures.getSamples(count - 1), 0);
  }

  static StoreUse store(Sample sample) {
    return new StoreUse(sample.storeBlocks(), sample.storeBytes(), sample.storeBudgetBytes());
  }

  static Traffic traffic(Sample sample) {
    return new Traffic(sample.deliveredBytes(), sample.readerOriginBytes());
  }

  static List<Residency.Unanswered> unanswered(Gatherer.Gathered gathered) {
    return gathered.unanswered().stream()
        .map(silent -> new Residency.Unanswered(silent.node(), silent.reason()))
        .toList();
  }
}
