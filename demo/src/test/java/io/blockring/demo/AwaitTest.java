package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AwaitTest {

  @Test
  void returns_once_nothing_is_missing() throws InterruptedException {
    int[] looks = new int[1];
    Await.until(
        "the third look", Duration.ofSeconds(20), () -> ++looks[0] < 3 ? "only " + looks[0] : null);
    assertThat(looks[0]).isEqualTo(3);
  }

  @Test
  void the_deadline_names_what_was_missing() {
    assertThatThrownBy(
            () -> Await.until("node-1 is ready", Duration.ofMillis(1), () -> "it answers 503"))
        .hasMessage("not within 1 ms: node-1 is ready; it answers 503");
  }
}
