package io.blockring.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PoolTest {
  @Test
  void one_processor_has_one_thread_in_each_pool_but_for_reads_of_a_disk() throws Exception {
    LimitSettings limits = limits(1);
    assertThat(limits.threads(Pool.DISK_READS)).isEqualTo(2);
    assertThat(Stream.of(Pool.values()).filter(pool -> pool != Pool.DISK_READS))
        .allMatch(pool -> limits.threads(pool) == 1);
  }

  @Test
  void more_processors_never_make_a_pool_smaller() throws Exception {
    for (int cpus = 1; cpus < 256; cpus++) {
      LimitSettings fewer = limits(cpus);
      LimitSettings more = limits(cpus + 1);
      assertThat(Pool.values()).allMatch(pool -> fewer.threads(pool) <= more.threads(pool));
    }
  }

  @Test
  void without_a_limit_no_pool_that_readers_wait_for_is_alone() throws Exception {
    LimitSettings limits = limits(0);
    assertThat(limits.processors()).isBetween(1, 8);
    assertThat(limits.threads(Pool.BLOCK_LOOPS)).isGreaterThanOrEqualTo(2);
    assertThat(limits.threads(Pool.S3_LOOPS)).isGreaterThanOrEqualTo(2);
    assertThat(limits.threads(Pool.DISK_READS)).isGreaterThanOrEqualTo(4);
  }

  private static LimitSettings limits(int cpu) throws SettingsException {
    return Settings.read(List.of("--limits.cpu=" + cpu), Map.of()).limits();
  }
}
