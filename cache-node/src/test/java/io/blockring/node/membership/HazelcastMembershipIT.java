package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.cluster.ControlAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HazelcastMembershipIT {

  /** None of the first two is the address of an interface, as Hazelcast's own choice wants it. */
  @ParameterizedTest
  @CsvSource({"127.0.2.7, 127.0.2.7", "0.0.0.0, 127.0.0.1", "127.0.0.1, 127.0.0.1"})
  void a_member_listens_where_it_is_told(String bound, String advertised) throws Exception {
    int port = freePort();
    Membership.Peer self = new Membership.Peer("alone", new ControlAddress(advertised, 7072));
    try (JoinList nobody = new JoinList(List.of(), port);
        HazelcastMembership membership =
            new HazelcastMembership(new HazelcastGroup("test", bound, advertised, port), nobody)) {
      membership.start(self);
      Eventually.within(
          Duration.ofSeconds(60), () -> membership.present().equals(List.of(self)), () -> bound);
      try (Socket reached = new Socket(advertised, port)) {
        assertThat(reached.isConnected()).isTrue();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
