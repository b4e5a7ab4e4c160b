package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {

  @Test
  void finds_the_metrics_and_nothing_else() {
    String expression =
        "(histogram_quantile(0.99, sum by (rung, le) (rate(a_bucket{x=~\"y|z\"}[5m]))) > 1e3)"
            + " and on (cluster) (level:b:rate5m offset 1h) / ignoring(x) group_left c";

    assertThat(PromQl.metrics(expression)).containsExactly("a_bucket", "c", "level:b:rate5m");
  }

  @Test
  void leaves_the_compared_and_drops_the_limits() {
    assertThat(PromQl.withoutComparisons("(sum(a{b!=\"1\"}) > 0.05) and c == 0"))
        .isEqualTo("(sum(a{b!=\"1\"})  ) and c  ");
  }
}
