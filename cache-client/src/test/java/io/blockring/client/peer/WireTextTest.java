package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WireTextTest {

  @Test
  void keys_come_back_as_they_were() {
    List<String> keys =
        List.of(
            "a", "models/sd/unet.safetensors", "a//b", "../up", "50% off", "ü/日本/😀", "a?b#c d\n");
    for (String key : keys) {
      String escaped = WireText.escapeKey(key);
      assertThat(escaped).matches("[A-Za-z0-9._~%-]+");
      assertThat(WireText.unescape(escaped)).isEqualTo(key);
    }
  }

  @Test
  void values_stay_readable_and_come_back() {
    assertThat(WireText.escapeValue("e:\"9b2cf5\"")).isEqualTo("e:\"9b2cf5\"");
    String awkward = " lead\r\nx: y%41 é";
    assertThat(WireText.escapeValue(awkward)).isEqualTo("%20lead%0D%0Ax:%20y%2541%20%C3%A9");
    assertThat(WireText.unescape(WireText.escapeValue(awkward))).isEqualTo(awkward);
  }

  @Test
  void refuses_broken_escapes_and_what_is_not_text() {
    for (String broken : List.of("%", "%4", "a%zz", "%C3", "%FF", "%ED%A0%80")) {
      assertThatThrownBy(() -> WireText.unescape(broken))
          .as(broken)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> WireText.escapeKey("\ud800"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
