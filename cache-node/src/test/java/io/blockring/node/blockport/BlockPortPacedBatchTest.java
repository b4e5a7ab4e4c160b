package io.blockring.node.blockport;

import io.blockring.node.host.Nic;

/** Batches are answered all the same while the network is full. */
class BlockPortPacedBatchTest extends BlockPortBatchTest {
  @Override
  Nic nic() {
    return Nic.countingThisHost(10_000_000);
  }
}
