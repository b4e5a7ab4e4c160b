package io.blockring.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDirectoryTest {
  @TempDir Path directory;

  @Test
  void keeps_the_id_it_made_up() throws Exception {
    String id;
    try (StateDirectory state = StateDirectory.open(directory.resolve("deep/state"), "")) {
      id = state.nodeId();
    }
    try (StateDirectory state = StateDirectory.open(directory.resolve("deep/state"), "")) {
      assertThat(state.nodeId()).isEqualTo(id).startsWith("n-");
    }
  }

  @Test
  void takes_a_wanted_id_at_the_first_start_and_refuses_another_later() throws Exception {
    StateDirectory.open(directory, "gpu-07").close();
    StateDirectory.open(directory, "gpu-07").close();
    assertThatThrownBy(() -> StateDirectory.open(directory, "gpu-08"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("gpu-08")
        .hasMessageContaining("gpu-07");
    assertThatThrownBy(() -> StateDirectory.open(directory, "GPU 7")).hasMessageContaining("GPU 7");
  }

  @Test
  void is_not_shared_by_two_nodes() throws Exception {
    try (StateDirectory state = StateDirectory.open(directory, "")) {
      assertThatThrownBy(() -> StateDirectory.open(state.path(), ""))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("in use by another process");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu-07", "gpu-07\n00000000\n", "gpu-08\n"})
  void refuses_a_damaged_id_instead_of_making_another(String content) throws Exception {
    Files.writeString(directory.resolve("node-id"), content);
    assertThatThrownBy(() -> StateDirectory.open(directory, ""))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is damaged");
    StateDirectory.open(directory.resolve("other"), "").close();
    assertThat(directory.resolve("node-id")).hasContent(content);
  }
}
