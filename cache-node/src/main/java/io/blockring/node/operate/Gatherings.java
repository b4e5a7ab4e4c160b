package io.blockring.node.operate;

import io.blockring.node.figures.Gatherer;
import io.blockring.node.http.admin.OperationException;
import java.time.Duration;

/** Asks the nodes for their figures on behalf of an operator's request. */
final class Gatherings {
  private final Gatherer gatherer;

  Gatherings(Gatherer gatherer) {
    this.gatherer = gatherer;
  }

  Gatherer.Gathered recent() throws OperationException {
    try {
      return gatherer.recent();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Shared with others where the window is short enough. */
  Gatherer.Gathered of(Duration window) throws OperationException {
    if (window.compareTo(Gatherer.RECENT) <= 0) {
      return recent();
    }
    try {
      return gatherer.gather(window);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static OperationException interrupted() {
    Thread.currentThread().interrupt();
    return new OperationException(
        OperationException.Kind.UNAVAILABLE, "interrupted while the nodes were asked");
  }
}
