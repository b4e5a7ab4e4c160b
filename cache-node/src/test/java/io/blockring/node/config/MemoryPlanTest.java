package io.blockring.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long MIB = 1 << 20;
  private static final int BLOCK = 4 << 20;

  @Test
  void a_large_host_gives_what_is_useful_and_no_more() throws StartException {
    MemoryPlan plan = divide("auto", "auto", "auto", 2_000_000, 384);
    assertThat(plan).isEqualTo(new MemoryPlan(1056 * MIB, 256 * MIB, 256 * MIB));
    assertThat(divide("auto", "auto", "auto", 24_000, 6_000).keptBytes()).isEqualTo(256 * MIB);
  }

  @Test
  void a_container_of_a_gibibyte_is_lived_in_with_a_quarter_left_to_the_page_cache()
      throws StartException {
    MemoryPlan plan = divide("auto", "auto", "auto", 1024, 384);
    assertThat(plan).isEqualTo(new MemoryPlan(768 * MIB, 112 * MIB, 112 * MIB));
  }

  @Test
  void what_is_given_is_taken_and_the_other_gets_the_rest() throws StartException {
    assertThat(divide("400MiB", "0", "auto", 4096, 128))
        .isEqualTo(new MemoryPlan(400 * MIB, 0, 112 * MIB));
    assertThat(divide("400MiB", "auto", "64MiB", 4096, 128))
        .isEqualTo(new MemoryPlan(400 * MIB, 48 * MIB, 64 * MIB));
    assertThat(divide("8GiB", "4GiB", "2GiB", 100, 512).keptBytes()).isEqualTo(4096 * MIB);
  }

  @Test
  void what_does_not_fit_is_told_with_the_arithmetic() {
    assertThatThrownBy(() -> divide("400MiB", "256MiB", "auto", 4096, 128))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "limits.memory 400MiB is too little: heap 128MiB (-Xmx, in BLOCKRING_JAVA_OPTIONS) +"
                + " 160MiB for the rest of the JVM + memory.size 256MiB + limits.bytesInFlight"
                + " 16MiB = 560MiB");
    assertThatThrownBy(() -> divide("auto", "auto", "auto", 512, 384))
        .hasMessageContaining("limits.memory 384MiB is too little: heap 384MiB");
    assertThatThrownBy(() -> divide("auto", "auto", "15MiB", 4096, 128))
        .hasMessageContaining("limits.bytesInFlight 15MiB is below 16MiB");
  }

  private static MemoryPlan divide(
      String memory, String size, String inFlight, long hostMib, long heapMib)
      throws StartException {
    LimitSettings limits =
        new LimitSettings(
            AutoSize.parse(memory),
            AutoSize.parse("auto"),
            AutoSize.parse(inFlight),
            0,
            40,
            BitRate.parse("unlimited"),
            100,
            WriteAllowance.parse("unlimited"));
    return MemoryPlan.divide(
        limits,
        new MemorySettings(AutoSize.parse(size), new ByteSize(256 << 10)),
        hostMib * MIB,
        heapMib * MIB,
        BLOCK);
  }
}
