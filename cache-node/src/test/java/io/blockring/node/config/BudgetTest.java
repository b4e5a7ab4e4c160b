package io.blockring.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetTest {
  @TempDir Path directory;

  @Test
  void share_is_one_of_the_file_system_though_the_directory_is_not_made_yet() throws Exception {
    long total = Files.getFileStore(directory).getTotalSpace();
    assertThat(Budget.parse("25%").bytesAt(directory.resolve("not/yet")))
        .isEqualTo(total / 100 * 25);
    assertThat(Budget.parse("25 %")).hasToString("25%");
  }

  @Test
  void size_is_as_it_was_written() {
    assertThat(Budget.parse("3GiB").bytesAt(directory)).isEqualTo(3L << 30);
    assertThat(Budget.parse("3GiB")).hasToString("3GiB");
  }

  @Test
  void what_is_neither_is_refused_with_its_text() {
    assertThatThrownBy(() -> Budget.parse("101%")).hasMessageContaining("101% is not between");
    assertThatThrownBy(() -> Budget.parse("0%")).hasMessageContaining("0% is not between");
    assertThatThrownBy(() -> Budget.parse("most")).hasMessageContaining("'most' is not a size");
  }
}
