package io.blockring.node.blockport;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.node.host.Nic;
import io.blockring.node.host.NicLine;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one port share.
 *
 * @param admission what a request must show
 * @param nic what may be sent
 * @param ring this node's ring, as a fingerprint; empty while it has none
 * @param otherRing told of a reader's fingerprint that is not ours; must return at once
 */
record PortContext(
    BlockPortSettings settings,
    PeerAdmission admission,
    BlockService service,
    BlockPortCounters counters,
    Verifier verifier,
    Nic nic,
    Supplier<String> ring,
    Consumer<String> otherRing) {

  /** Whether bytes are encrypted in this process, so that the kernel cannot send them by itself. */
  boolean isEncrypted() {
    return admission instanceof PeerAdmission.ByCertificate;
  }

  /** What bytes to a reader leave by; asked for little when nothing is limited. */
  NicLine lineTo(SocketChannel reader) {
    return nic.sent().isLimited()
        ? nic.to(addressOf(reader.localAddress()), addressOf(reader.remoteAddress()))
        : nic.sent();
  }

  private static @Nullable InetAddress addressOf(@Nullable InetSocketAddress socket) {
    return socket == null ? null : socket.getAddress();
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
