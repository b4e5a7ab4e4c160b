package io.blockring.mount.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.origin.ListPage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildrenTest {
  private static ListPage page(String... names) {
    List<ListPage.Entry> entries = new ArrayList<>();
    for (String name : names) {
      boolean isPrefix = name.startsWith("dir:");
      entries.add(new ListPage.Entry(isPrefix ? name.substring(4) : name, isPrefix, 3, "\"e\"", 0));
    }
    return new ListPage(entries, "");
  }

  private static List<String> shown(Children children, ListPage page) {
    return children.of(page).stream()
        .map(child -> child.name() + (child.isDirectory() ? "/" : ""))
        .toList();
  }

  @Test
  void keys_become_files_and_common_prefixes_directories() {
    assertThat(shown(new Children("sd/"), page("sd/a.json", "dir:sd/unet/", "sd/z")))
        .containsExactly("a.json", "unet/", "z");
  }

  @Test
  void a_directory_marker_is_no_file() {
    assertThat(shown(new Children("sd/"), page("sd/", "sd/a"))).containsExactly("a");
  }

  @Test
  void names_that_no_file_can_have_are_hidden_and_the_others_are_not() {
    String longest = "x".repeat(255);
    assertThat(
            shown(
                new Children(""),
                page("dir:/", "dir:./", "..", "a\0b", "x".repeat(256), longest, "ö".repeat(128))))
        .containsExactly(longest);
  }

  @Test
  void of_a_key_beside_keys_below_it_the_file_is_shown() {
    assertThat(shown(new Children(""), page("a", "a-b", "a.txt", "dir:a/", "b", "dir:c/")))
        .containsExactly("a", "a-b", "a.txt", "b", "c/");
  }

  @Test
  void the_file_hides_the_directory_of_a_later_page_too() {
    Children children = new Children("p/");
    assertThat(shown(children, page("p/a", "p/a!"))).containsExactly("a", "a!");
    assertThat(shown(children, page("dir:p/a!/", "p/a-", "dir:p/a/", "dir:p/ab/")))
        .containsExactly("a-", "ab/");
  }
}
