package io.blockring.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConsoleFilesTest {
  private static final Path FOLDER = Path.of("src/main/resources/io/blockring/ui");

  @Test
  void names_every_file_of_its_folder_and_no_other() throws Exception {
    try (Stream<Path> folder = Files.list(FOLDER)) {
      assertThat(ConsoleFiles.all())
          .extracting(ConsoleFiles.File::name)
          .containsExactlyInAnyOrderElementsOf(
              folder.map(path -> path.getFileName().toString()).toList());
    }
    assertThat(ConsoleFiles.all().getFirst().name()).isEqualTo("index.html");
  }

  @Test
  void no_file_needs_anything_that_the_policy_forbids() {
    Pattern external = Pattern.compile("(src|href|from|url\\()\\s*=?\\s*[\"'(]?(https?:)?//");
    for (ConsoleFiles.File file : ConsoleFiles.all()) {
      String text = new String(file.bytes(), StandardCharsets.UTF_8);
      assertThat(external.matcher(text).find()).as(file.name() + " asks another host").isFalse();
      for (String forbidden :
          List.of("innerHTML", "insertAdjacentHTML", "eval(", "document.write", "javascript:")) {
        assertThat(text).as(file.name()).doesNotContain(forbidden);
      }
    }
    String page = new String(ConsoleFiles.all().getFirst().bytes(), StandardCharsets.UTF_8);
    assertThat(page)
        .doesNotContain("style=", "<style")
        .doesNotContainPattern("<script(?![^>]* src=)")
        .doesNotContainPattern(" on[a-z]+=");
  }
}
