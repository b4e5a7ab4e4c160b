package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.node.config.JoinEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What containers do: listen on every interface, or on the one that has the container's name. */
class EveryInterfaceIT {

  @Test
  void members_that_listen_on_every_interface_or_by_name_find_each_other() throws Exception {
    int first = freePort();
    int second = freePort();
    List<JoinEntry> join =
        List.of(JoinEntry.parse("127.0.0.1:" + first), JoinEntry.parse("127.0.0.1:" + second));
    try (JoinList joinList = new JoinList(join, first);
        HazelcastMembership every = member("0.0.0.0", first, joinList);
        HazelcastMembership byName = member("localhost", second, joinList)) {
      joinList.start();
      every.start(new Membership.Peer("every", new ControlAddress("127.0.0.1", 1)));
      byName.start(new Membership.Peer("by-name", new ControlAddress("127.0.0.1", 2)));
      Eventually.within(
          Duration.ofSeconds(60),
          () -> every.present().size() == 2 && byName.present().size() == 2,
          () -> every.present() + " and " + byName.present());
      assertThat(every.present())
          .extracting(Membership.Peer::nodeId)
          .containsExactlyInAnyOrder("every", "by-name");
    }
  }

  private static HazelcastMembership member(String bindHost, int port, JoinList joinList) {
    return new HazelcastMembership(
        new HazelcastGroup("test", bindHost, "127.0.0.1", port), joinList);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
