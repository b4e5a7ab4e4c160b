package io.blockring.node.figures;

import io.blockring.wire.v1.FigureSample;

/** Between samples and their messages. */
public final class SampleWire {
  private SampleWire() {}

  public static FigureSample wire(Sample sample, long ageMillis) {
    return FigureSample.newBuilder()
        .setAgeMillis(ageMillis)
        .setMemoryBytes(sample.memoryBytes())
        .setSsdBytes(sample.ssdBytes())
        .setPeerBytes(sample.peerBytes())
        .setOriginBytes(sample.originBytes())
        .setSourceRegionBytes(sample.sourceRegionBytes())
        .setReaderOriginBytes(sample.readerOriginBytes())
        .setStoreBlocks(sample.storeBlocks())
        .setStoreBytes(sample.storeBytes())
        .setStoreBudgetBytes(sample.storeBudgetBytes())
        .build();
  }

  public static Sample sample(FigureSample wire, long atMillis) {
    return new Sample(
        atMillis,
        wire.getMemoryBytes(),
        wire.getSsdBytes(),
        wire.getPeerBytes(),
        wire.getOriginBytes(),
        wire.getSourceRegionBytes(),
        wire.getReaderOriginBytes(),
        wire.getStoreBlocks(),
        wire.getStoreBytes(),
        wire.getStoreBudgetBytes());
  }
}
