package io.blockring.node.book;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.wire.v1.BookExchange;
import java.io.IOException;
import java.time.Duration;

/** Carries messages about the book to a peer and brings the answer. */
@FunctionalInterface
public interface BookCourier {

  /**
   * Blocks until the answer is there.
   *
   * @throws IOException when there is none within the deadline, or the peer refuses
   */
  BookExchange exchange(ControlAddress peer, BookExchange message, Duration deadline)
      throws IOException;
}
