package io.blockring.node.store;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Space held for one block while it is fetched. Either {@link #commit} it or {@link #close} it. */
public interface Reservation extends AutoCloseable {

  /**
   * Computes the checksums, writes the block on one of the disk's threads and makes it visible. The
   * buffer must not change until the future is done.
   *
   * @param block all bytes, in a direct buffer
   * @return true when the block can be leased now; false when it was not kept (disk full or
   *     failing: counted, logged once, never thrown)
   */
  CompletableFuture<Boolean> commit(ByteBuffer block);

  /** Gives the space back unless committed. Closing twice is harmless. */
  @Override
  void close();
}
