package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.node.config.JoinEntry;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinListTest {
  @TempDir Path directory;

  @Test
  void reads_hosts_names_and_files_again_at_every_refresh() throws Exception {
    Path file = Files.writeString(directory.resolve("peers"), "127.0.0.2 # first\n\n");
    try (JoinList list =
        new JoinList(
            List.of(
                JoinEntry.parse("127.0.0.1:6000"),
                JoinEntry.parse("dns:127.0.0.9"),
                JoinEntry.parse("file:" + file)),
            5701)) {
      list.refresh();
      assertThat(list.seeds())
          .containsExactly(
              seed("127.0.0.1", 6000, true),
              seed("127.0.0.9", 5701, false),
              seed("127.0.0.2", 5701, false));
      assertThat(list.controlAddresses(7072))
          .containsExactly(
              new ControlAddress("127.0.0.9", 7072), new ControlAddress("127.0.0.2", 7072));

      Files.writeString(file, "127.0.0.2\n[::1]:7\n");
      list.refresh();
      assertThat(list.seeds()).hasSize(4).contains(seed("::1", 7, true));

      Files.delete(file);
      list.refresh();
      assertThat(list.seeds()).as("what was found last stays").hasSize(4);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"dns:peers.example", "dns:peers.example:5702", "file:/a b", "h", "h:1", "[::1]:9"})
  void entries_are_written_as_they_are_read(String text) {
    assertThat(JoinEntry.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dns:", "h:0", "h:65536", "h:x", "a b", "file:"})
  void refuses_what_is_no_entry(String text) {
    assertThatThrownBy(() -> JoinEntry.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  private static JoinList.Seed seed(String host, int port, boolean hasOwnPort) {
    return new JoinList.Seed(new InetSocketAddress(host, port), hasOwnPort);
  }
}
