package io.blockring.node.fill;

import io.blockring.client.ladder.BlockSource;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire;
import java.util.List;

/** Where an owner looks for a block it lacks. */
@FunctionalInterface
public interface FillSources {

  /**
   * A source and what messages call it.
   *
   * @param isMember another member, which may be waiting for a fill itself; until it is asked and
   *     has answered no other member's filling waits for this one
   */
  record Named(String name, BlockSource source, boolean isMember) {

    /** One that fills nothing itself. */
    public Named(String name, BlockSource source) {
      this(name, source, false);
    }
  }

  /**
   * In the order to ask: own store (it may have come meanwhile), the member that fills first,
   * holders (peek), origin, source region.
   *
   * @param asker for whom the fill began; never on to another member for a filler
   */
  List<Named> of(BlockRange block, BlockWire.Asker asker);
}
