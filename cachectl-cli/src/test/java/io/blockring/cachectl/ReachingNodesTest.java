package io.blockring.cachectl;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.cachectl.FakeNode.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which nodes are asked, in which order, and what is said when none answers. */
@Timeout(30)
class ReachingNodesTest {
  @TempDir Path directory;
  private final Cli cli = new Cli();

  @BeforeEach
  void useOwnConfiguration() {
    cli.variables.put("XDG_CONFIG_HOME", directory.toString());
  }

  private static String closedAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void the_next_address_is_asked_when_one_refuses() throws IOException {
    try (FakeNode node = new FakeNode()) {
      String addresses = closedAddress() + "," + node.address();
      assertThat(cli.run("nodes", "--address", addresses).code()).isZero();
      assertThat(cli.run("--address", addresses, "node", "remove", "gpu-03").code()).isZero();
    }
  }

  @Test
  void when_no_node_answers_every_address_is_named_with_what_it_said() throws IOException {
    String closed = closedAddress();
    Cli.Run run = cli.run("status", "--address", closed + ",no-such-host.invalid");
    assertThat(run.code()).isEqualTo(69);
    assertThat(run.err())
        .startsWith("cachectl: no node answers; tried\n  http://" + closed + ": Connection refused")
        .contains("\n  http://no-such-host.invalid:7073: no such host");
  }

  @Test
  void a_node_that_says_nothing_is_given_up_after_the_timeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();
      Cli.Run run = cli.run("status", "--address", address, "--timeout", "10ms");
      assertThat(run.code()).isEqualTo(69);
      assertThat(run.err()).contains(address + ": no answer within 10 ms");
    }
  }

  @Test
  void a_question_is_repeated_elsewhere_but_an_order_is_not() throws IOException {
    try (RawNode broken = new RawNode("");
        FakeNode node = new FakeNode()) {
      String addresses = broken.address() + "," + node.address();
      assertThat(cli.run("nodes", "--address", addresses).code()).isZero();
      Cli.Run order = cli.run("node", "weight", "gpu-01", "5", "--address", addresses);
      assertThat(order.code()).isEqualTo(69);
      assertThat(order.err()).contains("it may have been done");
      assertThat(broken.requests).hasValue(2);
      assertThat(node.requests).hasSize(1);
    }
  }

  @Test
  void what_is_not_a_node_is_told() throws IOException {
    for (String answer :
        new String[] {
          "SSH-2.0-OpenSSH_9.2\r\n",
          "HTTP/1.1 200 OK\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
          "HTTP/1.1 502 Bad\r\ncontent-length: 6\r\n\r\n<html>"
        }) {
      try (RawNode node = new RawNode(answer)) {
        Cli.Run run = cli.run("status", "--address", node.address());
        assertThat(run.code()).as(answer + run.err()).isEqualTo(76);
        assertThat(run.out()).isEmpty();
      }
    }
  }

  @Test
  void the_nodes_errors_have_exit_codes_of_their_own() throws IOException {
    Map<String, Integer> codes =
        Map.ofEntries(
            Map.entry("bad_input", 64),
            Map.entry("range", 64),
            Map.entry("conflict", 65),
            Map.entry("not_found", 66),
            Map.entry("unavailable", 69),
            Map.entry("deadline", 69),
            Map.entry("internal", 70),
            Map.entry("busy", 75),
            Map.entry("throttled", 75),
            Map.entry("denied", 77),
            Map.entry("changed", 5),
            Map.entry("method_not_allowed", 76));
    try (FakeNode node = new FakeNode()) {
      for (var entry : codes.entrySet()) {
        node.script("GET /api/v1/nodes", Reply.error(500, entry.getKey()));
        Cli.Run run = cli.run("nodes", "--address", node.address());
        assertThat(run.code()).as(entry.getKey()).isEqualTo(entry.getValue());
        assertThat(run.err()).startsWith("cachectl: because of 42");
      }
    }
  }

  @Test
  void contexts_are_made_chosen_and_forgotten() throws IOException {
    try (FakeNode node = new FakeNode()) {
      assertThat(cli.run("context", "set", "prod", closedAddress(), node.address()).code())
          .isZero();
      assertThat(cli.run("context", "set", "test", closedAddress()).code()).isZero();
      assertThat(cli.run("nodes").code()).as("the first made is current").isZero();
      assertThat(cli.run("context", "use", "test").code()).isZero();
      assertThat(cli.run("nodes").code()).isEqualTo(69);
      assertThat(cli.run("nodes", "--context", "prod").code()).isZero();
      cli.variables.put("CACHECTL_CONTEXT", "prod");
      assertThat(cli.run("nodes").code()).isZero();
      cli.variables.put("CACHECTL_ADDRESS", closedAddress());
      assertThat(cli.run("nodes").code()).as("an address beats a context").isEqualTo(69);
      cli.variables.clear();
      useOwnConfiguration();
      assertThat(cli.run("context", "list").out()).contains("*  test").contains("   prod");
      assertThat(cli.run("context", "remove", "test").code()).isZero();
      assertThat(cli.run("context", "list", "-o", "json").out())
          .startsWith("{\"name\":\"prod\",\"isCurrent\":false,\"addresses\":[");
    }
  }

  @Test
  void contexts_that_are_not_there_are_told_with_those_that_are() {
    assertThat(cli.run("context", "set", "prod", "gpu-01").code()).isZero();
    Cli.Run run = cli.run("nodes", "--context", "prd");
    assertThat(run.code()).isEqualTo(66);
    assertThat(run.err()).contains("no context is called 'prd'").contains("there is: [prod]");
  }

  @Test
  void a_wrong_configuration_file_is_never_half_understood() throws IOException {
    Path file = directory.resolve("blockring").resolve("config.yaml");
    Files.createDirectories(file.getParent());
    for (String wrong :
        new String[] {
          "contexts: [",
          "contexts: {prod: {address: [a]}}",
          "contexts: {prod: {addresses: []}}",
          "contexts: {prod: {addresses: a}}",
          "current: prod",
          "contexts: {prod: }",
          "- a",
          "x: 1",
          "contexts: !!java.net.URL [\"http://127.0.0.1\"]"
        }) {
      Files.writeString(file, wrong);
      Cli.Run run = cli.run("nodes");
      assertThat(run.code()).as(wrong + ": " + run.err()).isEqualTo(78);
      assertThat(run.err()).startsWith("cachectl: " + file);
      assertThat(Files.readString(file)).isEqualTo(wrong);
    }
  }

  @Test
  void addresses_are_checked_before_anything_is_sent() {
    for (String wrong :
        new String[] {
          "ftp://gpu-01", "user:secret@gpu-01", "gpu-01:0", "gpu-01:x", "gpu 01", "::1", "", "a/b"
        }) {
      Cli.Run run = cli.run("context", "set", "x", wrong);
      assertThat(run.code()).as(wrong).isEqualTo(64);
    }
    for (String right : new String[] {"gpu-01", "http://gpu-01:1/", "[::1]:7073", "10.0.0.1"}) {
      assertThat(cli.run("context", "set", "x", right).code()).as(right).isZero();
    }
  }

  @Test
  void a_wrong_command_line_ends_with_64_and_says_what_is_meant() {
    assertThat(cli.run("statsu").err()).contains("Did you mean:").contains("cachectl status");
    for (String[] wrong :
        new String[][] {
          {},
          {"node"},
          {"warmup"},
          {"status", "extra"},
          {"node", "weight", "gpu-01", "much"},
          {"node", "maintenance", "gpu-01", "--for", "soon"},
          {"node", "maintenance", "gpu-01"},
          {"status", "--timeout", "6m"},
          {"status", "--timeout", "0s"},
          {"status", "-o", "xml"},
          {"ls", "/models", "--limit", "0"}
        }) {
      Cli.Run run = cli.run(wrong);
      assertThat(run.code()).as(String.join(" ", wrong) + run.err()).isEqualTo(64);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("cachectl: ");
    }
  }

  @Test
  void options_may_stand_before_and_after_the_command() throws IOException {
    try (FakeNode node = new FakeNode()) {
      String json = node.example("GET /api/v1/nodes") + "\n";
      assertThat(cli.run("--address", node.address(), "-o", "json", "nodes").out()).isEqualTo(json);
      assertThat(cli.run("nodes", "--address", node.address(), "-o", "json").out()).isEqualTo(json);
    }
  }

  @Test
  void a_value_that_is_also_a_commands_name_is_a_value() {
    assertThat(cli.run("context", "set", "nodes", "127.0.0.1:1").code()).isZero();
    assertThat(cli.run("--context", "nodes", "status").err()).contains("http://127.0.0.1:1");
  }
}
