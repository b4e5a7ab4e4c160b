package io.blockring.client.cluster;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Digest;
import io.blockring.wire.v1.BlockOffer;
import io.blockring.wire.v1.BlockOfferReply;
import java.util.List;

/** Offers of blocks as the control port carries them. */
public final class OfferWire {
  private OfferWire() {}

  static BlockOffer wire(String fromMember, List<OfferedBlock> blocks) {
    BlockOffer.Builder offer = BlockOffer.newBuilder().setFromMember(fromMember);
    for (OfferedBlock block : blocks) {
      offer.addBlocks(
          io.blockring.wire.v1.OfferedBlock.newBuilder()
              .setVersionHigh(block.key().version().high())
              .setVersionLow(block.key().version().low())
              .setIndex(block.key().index())
              .setLength(block.length())
              .setPlacementHash(block.placementHash())
              .setMount(block.mount())
              .setPinned(block.isPinned()));
    }
    return offer.build();
  }

  /**
   * What an offer names.
   *
   * @throws IllegalArgumentException when that can be no block
   */
  public static List<OfferedBlock> blocks(BlockOffer offer) {
    return offer.getBlocksList().stream().map(OfferWire::block).toList();
  }

  private static OfferedBlock block(io.blockring.wire.v1.OfferedBlock wire) {
    if (wire.getLength() <= 0 || wire.getIndex() < 0) {
      throw new IllegalArgumentException(
          "block " + wire.getIndex() + " with " + wire.getLength() + " bytes");
    }
    return new OfferedBlock(
        new BlockKey(new Digest(wire.getVersionHigh(), wire.getVersionLow()), wire.getIndex()),
        wire.getLength(),
        wire.getPlacementHash(),
        wire.getMount(),
        wire.getPinned());
  }

  public static BlockOfferReply reply(OfferAnswer answer) {
    BlockOfferReply.Builder reply = BlockOfferReply.newBuilder().setReason(answer.reason());
    answer
        .outcomes()
        .forEach(outcome -> reply.addOutcomes(BlockOfferReply.Outcome.valueOf(outcome.name())));
    return reply.build();
  }

  static OfferAnswer answer(BlockOfferReply reply) {
    return new OfferAnswer(
        reply.getOutcomesList().stream().map(OfferWire::outcome).toList(), reply.getReason());
  }

  private static OfferAnswer.Outcome outcome(BlockOfferReply.Outcome wire) {
    return switch (wire) {
      case HAD -> OfferAnswer.Outcome.HAD;
      case MOVED -> OfferAnswer.Outcome.MOVED;
      case REFUSED -> OfferAnswer.Outcome.REFUSED;
      case NOT_MINE -> OfferAnswer.Outcome.NOT_MINE;
      case FAILED, UNRECOGNIZED -> OfferAnswer.Outcome.FAILED;
    };
  }
}
