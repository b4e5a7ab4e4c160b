package io.blockring.node.blockport;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all connections of one port share.
 *
 * @param admission what a request must show
 * @param ring this node's ring, as a fingerprint; empty while it has none
 * @param otherRing told of a reader's fingerprint that is not ours; must return at once
 */
record PortContext(
    BlockPortSettings settings,
    PeerAdmission admission,
    BlockService service,
    BlockPortCounters counters,
    Verifier verifier,
    Supplier<String> ring,
    Consumer<String> otherRing) {

  /** Whether bytes are encrypted in this process, so that the kernel cannot send them by itself. */
  boolean isEncrypted() {
    return admission instanceof PeerAdmission.ByCertificate;
  }

  /** Bytes of a reply have been handed to the kernel. */
  void sent(BlockRequest request, Rung rung, long bytes) {
    sent(request.isMember(), request.scope().trafficClass(), rung, bytes);
  }

  /** Bytes for a reader, a member or not, have been handed to the kernel. */
  void sent(boolean isMember, TrafficClass trafficClass, Rung rung, long bytes) {
    counters.bytes.add(bytes);
    if (!isMember) {
      service.delivered(rung, trafficClass, bytes);
    }
  }
}
