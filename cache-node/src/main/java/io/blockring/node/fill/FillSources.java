package io.blockring.node.fill;

import io.blockring.client.ladder.BlockSource;
import io.blockring.client.namespace.BlockRange;
import java.util.List;

/** Where an owner looks for a block it lacks. */
@FunctionalInterface
public interface FillSources {

  /** A source and what messages call it. */
  record Named(String name, BlockSource source) {}

  /**
   * In the order to ask: own store (it may have come meanwhile), holders (peek), origin, source
   * region.
   */
  List<Named> of(BlockRange block);
}
