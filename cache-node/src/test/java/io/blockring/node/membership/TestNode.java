package io.blockring.node.membership;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.credentials.PeerAdmission;
import io.blockring.node.book.Book;
import io.blockring.node.config.ClusterSettings;
import io.blockring.node.config.JoinEntry;
import io.blockring.node.control.ControlCalls;
import io.blockring.node.control.ControlServer;
import io.blockring.node.control.FakeControlService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The frame of a node without blocks: book, cluster, control port, Hazelcast, all real. */
public final class TestNode implements AutoCloseable {
  private final String id;
  private final ControlClient client = new ControlClient();
  private final JoinList joinList;
  private final HazelcastMembership membership;
  private final Cluster cluster;
  private final ControlServer server;
  private final int controlPort;

  public TestNode(
      String id,
      int weight,
      int hazelcastPort,
      int controlPort,
      List<JoinEntry> join,
      Path directory,
      FakeControlService service)
      throws Exception {
    this.id = id;
    ClusterSettings settings =
        new ClusterSettings("test", join, hazelcastPort, Duration.ofMinutes(10), 12, 20_000, 0);
    joinList = new JoinList(join, hazelcastPort);
    joinList.start();
    membership =
        new HazelcastMembership(
            new HazelcastGroup("test", "127.0.0.1", "127.0.0.1", hazelcastPort), joinList);
    cluster =
        new Cluster(
            id,
            settings,
            Book.open(directory.resolve(id + ".book"), id),
            membership,
            client::exchange,
            List::of,
            Duration.ofSeconds(2));
    server =
        new ControlServer(
            "127.0.0.1",
            controlPort,
            PeerAdmission.everyone(),
            ControlServer.Limits.of(100),
            new ControlCalls("test", cluster, service, service, Duration.ofSeconds(10)));
    this.controlPort = server.start();
    cluster.start(() -> weight, "", new MemberAddress("127.0.0.1", 1, this.controlPort, 2, 3));
  }

  public String id() {
    return id;
  }

  public ControlAddress control() {
    return new ControlAddress("127.0.0.1", controlPort);
  }

  public Cluster cluster() {
    return cluster;
  }

  public ControlClient client() {
    return client;
  }

  /** Who this node takes for alive. */
  public List<String> alive() {
    return cluster.view().members().stream().filter(Member::isAlive).map(Member::id).toList();
  }

  /** Whether Hazelcast has started. */
  public boolean isJoined() {
    return !membership.present().isEmpty();
  }

  @Override
  public void close() {
    cluster.close();
    server.close();
    joinList.close();
    client.close();
  }
}
