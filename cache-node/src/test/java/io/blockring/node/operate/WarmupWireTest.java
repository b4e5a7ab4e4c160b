package io.blockring.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.http.admin.WarmupStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WarmupWireTest {
  private static WarmupStatus warmup(WarmupStatus.State state, @Nullable Long etaMillis) {
    return new WarmupStatus(
        "w-1",
        "gpu-01",
        List.of("/models/sd", "/models/llm"),
        state,
        true,
        1_795_000_000_000L,
        4000,
        new WarmupStatus.Amount(10, 4, 3, 1),
        new WarmupStatus.Amount(100, 40, 30, 1),
        new WarmupStatus.Amount(419_430_400, 167_772_160, 125_829_120, 4_194_304),
        41_943_040,
        etaMillis,
        1,
        List.of(new WarmupStatus.Failure("/models/sd/vae.safetensors", "403")));
  }

  @Test
  void another_node_is_told_everything_in_every_state() {
    for (WarmupStatus.State state : WarmupStatus.State.values()) {
      WarmupStatus warmup = warmup(state, 6000L);
      assertThat(WarmupWire.status("gpu-01", WarmupWire.wire(warmup))).isEqualTo(warmup);
    }
    WarmupStatus endless = warmup(WarmupStatus.State.LISTING, null);
    assertThat(WarmupWire.status("gpu-01", WarmupWire.wire(endless))).isEqualTo(endless);
  }
}
