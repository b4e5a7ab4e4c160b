package io.blockring.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsReferenceTest {
  private static final Path PAGE = Path.of("../docs/reference/metrics.md");

  @Test
  void committed_page_is_what_the_list_says() throws Exception {
    if (Boolean.getBoolean("blockring.pages.write")) {
      MetricsReference.main(new String[] {PAGE.toString()});
    }
    assertThat(Files.readString(PAGE))
        .as("run the cache-node tests with -Dblockring.pages.write=true and commit the page")
        .isEqualTo(MetricsReference.page());
  }
}
