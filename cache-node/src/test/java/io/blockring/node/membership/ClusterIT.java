package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.config.JoinEntry;
import io.blockring.node.control.FakeControlService;
import io.blockring.ring.RingMember;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three frames of nodes with real Hazelcast and real gRPC, in one process. */
class ClusterIT {
  @TempDir Path directory;
  private final List<TestNode> nodes = new ArrayList<>();

  @AfterEach
  void stop() {
    nodes.forEach(TestNode::close);
  }

  @Test
  void members_find_each_other_agree_notice_a_death_and_a_return() throws Exception {
    List<Integer> ports = freePorts(6);
    List<JoinEntry> join =
        ports.subList(0, 3).stream().map(p -> JoinEntry.parse("127.0.0.1:" + p)).toList();
    for (int i = 0; i < 3; i++) {
      nodes.add(node("n" + i, i + 1, ports.get(i), ports.get(3 + i), join));
    }
    assertThat(nodes.get(0).cluster().view().isOwner(0)).as("serves before it joined").isTrue();
    Duration found = await(60, () -> nodes.stream().allMatch(n -> n.alive().size() == 3));
    Duration agreed = await(5, this::agree);
    System.out.printf("3 alive after %s, one ring %s later%n", found, agreed);

    nodes.get(2).cluster().setWeight("n0", 40);
    Duration weight =
        await(2, () -> nodes.stream().allMatch(n -> ringWeightOf(n, "n0") == 40) && agree());
    System.out.printf("weight on all nodes after %s%n", weight);

    String ring = nodes.get(0).cluster().view().ring().fingerprint();
    nodes.get(0).cluster().setBypass("models", Long.MAX_VALUE);
    Duration bypass =
        await(2, () -> nodes.stream().allMatch(n -> n.cluster().view().isBypassed("models", 1)));
    System.out.printf("bypass on all nodes after %s%n", bypass);

    TestNode dead = nodes.remove(0);
    dead.close();
    Duration away = await(6, () -> nodes.stream().noneMatch(n -> n.alive().contains("n0")));
    System.out.printf("death seen after %s%n", away);
    assertThat(nodes.get(0).cluster().view().ring().fingerprint())
        .as("a death is no departure")
        .isEqualTo(ring);

    nodes.add(node("n0", 1, ports.get(0), ports.get(3), join));
    Duration back = await(15, () -> nodes.stream().allMatch(n -> n.alive().size() == 3) && agree());
    System.out.printf("return seen after %s%n", back);
    assertThat(weightOf(nodes.getLast(), "n0")).as("pinned by an operator").isEqualTo(40);
    assertThat(nodes.get(0).cluster().view().ring().fingerprint()).isEqualTo(ring);
  }

  @Test
  void seeds_that_appear_later_are_found_without_a_restart() throws Exception {
    List<Integer> ports = freePorts(4);
    Path seeds = Files.writeString(directory.resolve("seeds"), "");
    List<JoinEntry> join = List.of(JoinEntry.parse("file:" + seeds));
    nodes.add(node("a", 1, ports.get(0), ports.get(2), join));
    nodes.add(node("b", 1, ports.get(1), ports.get(3), join));
    await(60, () -> nodes.stream().allMatch(TestNode::isJoined));
    assertThat(nodes).allSatisfy(n -> assertThat(n.alive()).hasSize(1));

    Files.writeString(seeds, "127.0.0.1:" + ports.get(0) + "\n127.0.0.1:" + ports.get(1) + "\n");
    Duration found =
        await(40, () -> nodes.stream().allMatch(n -> n.alive().size() == 2) && agree());
    System.out.printf("later seeds found after %s%n", found);
  }

  private TestNode node(String id, int weight, int hazelcast, int control, List<JoinEntry> join)
      throws Exception {
    return new TestNode(id, weight, hazelcast, control, join, directory, new FakeControlService());
  }

  private boolean agree() {
    return nodes.stream().map(n -> n.cluster().view().ring().fingerprint()).distinct().count() == 1
        && nodes.stream().allMatch(n -> n.cluster().view().members().size() == nodes.size());
  }

  private static int weightOf(TestNode node, String id) {
    Optional<Member> member = node.cluster().view().member(id);
    return member.map(Member::weight).orElse(-1);
  }

  private static int ringWeightOf(TestNode node, String id) {
    return node.cluster().view().ring().members().stream()
        .filter(member -> member.id().equals(id))
        .mapToInt(RingMember::weight)
        .findFirst()
        .orElse(-1);
  }

  private Duration await(int seconds, java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    return Eventually.within(
        Duration.ofSeconds(seconds),
        condition,
        () -> nodes.stream().map(n -> n.id() + ": " + n.cluster().view().members()).toList());
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }
}
