package io.blockring.node.blockport;

import io.blockring.client.peer.Trouble;

/** A request of a connection that is being answered. On the connection's event loop only. */
abstract sealed class Answering permits Exchange, BatchAnswer {

  abstract void start();

  /** Instead of {@link #start}: a complete reply that says no. */
  abstract void refuse(Trouble trouble);

  /** Once per turn of the connection: a slow reader is not waited for without end. */
  abstract void tick(long now);

  /** The connection takes bytes again. */
  abstract void writable();

  /** The connection is gone. */
  abstract void abandon();
}
