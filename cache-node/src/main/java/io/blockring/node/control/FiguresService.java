package io.blockring.node.control;

import io.blockring.wire.v1.Figures;
import io.blockring.wire.v1.Warmup;
import java.time.Duration;

/**
 * What this node tells others of itself, so that any of them can show the whole cluster. Asks no
 * other node and never blocks.
 */
public interface FiguresService {

  /**
   * Counters, problems and warm-ups of this node.
   *
   * @param window samples up to this old
   */
  Figures figures(Duration window);

  /**
   * Stops a warm-up that runs here.
   *
   * @throws IllegalArgumentException when this node knows none of this id
   */
  Warmup cancelWarmup(String id);
}
