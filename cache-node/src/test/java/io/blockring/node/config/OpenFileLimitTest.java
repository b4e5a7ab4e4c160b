package io.blockring.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import org.junit.jupiter.api.Test;

class OpenFileLimitTest {
  private static final String LIMITS =
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max processes             95942                95942                processes
      Max open files            1024                 524288               files
      """;

  @Test
  void names_the_need_and_the_limit() throws Exception {
    OpenFileLimit limit = OpenFileLimit.parse(LIMITS);
    limit.require(1024);
    assertThatThrownBy(() -> limit.require(1025))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("may open 1024 files")
        .hasMessageContaining("may need 1025");
  }

  @Test
  void reads_this_process() throws Exception {
    assertThat(OpenFileLimit.read().files()).isPositive();
  }

  @Test
  void unlimited_is_enough() throws Exception {
    OpenFileLimit.parse(LIMITS.replace("1024  ", "unlimited  ")).require(Long.MAX_VALUE);
  }

  @Test
  void a_port_in_use_is_told_from_other_trouble() {
    assertThat(
            StartException.port(
                "block port",
                "ports.blocks",
                "127.0.0.1",
                7071,
                new IOException(new BindException("Address already in use"))))
        .hasMessageContaining("another process has it")
        .hasMessageContaining("127.0.0.1:7071")
        .hasMessageContaining("ports.blocks");
    assertThat(
            StartException.port(
                "block port", "ports.blocks", "x", 1, new IOException("Permission denied")))
        .hasMessageContaining("Permission denied");
  }
}
