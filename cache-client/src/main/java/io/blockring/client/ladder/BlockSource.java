package io.blockring.client.ladder;

import io.blockring.client.namespace.BlockRange;
import java.io.IOException;

/**
 * A place that may have blocks: memory, a store, a peer, a bucket. Implementations verify bytes
 * before they commit them, keep to the scope's deadline, and are safe for many threads (callers are
 * virtual threads and may be interrupted).
 */
public interface BlockSource {

  /**
   * Delivers a range, or says why not.
   *
   * @throws IOException only what the sink throws: the reader is gone
   */
  Answer read(BlockRange range, ByteSink sink, ReadScope scope) throws IOException;
}
