package io.blockring.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BitRateTest {
  @Test
  void reads_rates_as_networks_are_sold() {
    assertThat(BitRate.parse("10Gb/s").bytesPerSecond()).isEqualTo(1_250_000_000L);
    assertThat(BitRate.parse("2.5 Gb/s").bitsPerSecond()).isEqualTo(2_500_000_000L);
    assertThat(BitRate.parse("100Mb/s").bitsPerSecond()).isEqualTo(100_000_000L);
    assertThat(BitRate.parse("0.4Tb/s").bitsPerSecond()).isEqualTo(400_000_000_000L);
    assertThat(BitRate.parse("unlimited").bytesPerSecond()).isZero();
  }

  @Test
  void says_itself_as_it_is_read() {
    for (String text : new String[] {"10Gb/s", "2.5Gb/s", "100Mb/s", "1.6Tb/s", "unlimited"}) {
      assertThat(BitRate.parse(text)).hasToString(text);
    }
    assertThat(BitRate.parse("0.4Tb/s")).hasToString("400Gb/s");
  }

  @Test
  void names_what_is_wrong_and_what_is_allowed() {
    for (String text : new String[] {"10GB/s", "10Gbps", "10", "-1Gb/s", "", "Gb/s"}) {
      assertThatThrownBy(() -> BitRate.parse(text))
          .hasMessageContaining("'" + text + "' is not a rate")
          .hasMessageContaining("10Gb/s");
    }
    assertThatThrownBy(() -> BitRate.parse("50Mb/s"))
        .hasMessageContaining("'50Mb/s' is below 100Mb/s");
    assertThatThrownBy(() -> BitRate.parse("0Gb/s")).hasMessageContaining("below 100Mb/s");
  }
}
