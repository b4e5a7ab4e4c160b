package io.blockring.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsReferenceTest {
  private static final Path PAGE = Path.of("../docs/reference/settings.md");

  @Test
  void committed_page_is_what_the_records_say() throws Exception {
    if (Boolean.getBoolean("blockring.pages.write")) {
      SettingsReference.main(new String[] {PAGE.toString()});
    }
    assertThat(Files.readString(PAGE))
        .as("run the cache-node tests with -Dblockring.pages.write=true and commit the page")
        .isEqualTo(SettingsReference.page());
  }
}
