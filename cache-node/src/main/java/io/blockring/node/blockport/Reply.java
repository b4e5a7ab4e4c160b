package io.blockring.node.blockport;

import io.blockring.client.peer.Trouble;

/** The bytes of one reply on their way out. On the connection's event loop only. */
interface Reply {

  /** The connection takes bytes again. */
  void writable();

  /** Every 200 ms while the reader may be waiting: the time for a sign of life. */
  void sign();

  /** The head has left, and the bytes behind it cannot all follow. */
  void breakOff(Trouble trouble);

  /**
   * The connection is gone. What is held is let go of as soon as neither the kernel nor another
   * thread is busy with it.
   */
  void abandon();
}
