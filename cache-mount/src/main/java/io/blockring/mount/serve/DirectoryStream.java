package io.blockring.mount.serve;

import io.blockring.client.ladder.ReadScope;
import io.blockring.client.origin.ListPage;
import io.blockring.mount.tree.Child;
import io.blockring.mount.tree.Children;
import io.blockring.mount.tree.Inode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of an open directory, numbered from 0, page by page: only one page is kept. Going back
 * starts the listing again. Used by one thread at a time.
 */
final class DirectoryStream {
  private final @Nullable Directories source;
  private final Inode.@Nullable Directory directory;
  private @Nullable Children rules;
  private List<Child> page = List.of();
  private long pageStart;
  private String startAfter = "";
  private boolean isLastPage;
  private @Nullable Map<String, Child> all;

  DirectoryStream(Directories source, Inode.Directory directory) {
    this.source = source;
    this.directory = directory;
    rewind();
  }

  private DirectoryStream(List<Child> names) {
    this.source = null;
    this.directory = null;
    this.page = names;
    this.isLastPage = true;
  }

  static DirectoryStream of(List<Child> names) {
    return new DirectoryStream(names);
  }

  /** Returns null after the last. */
  @Nullable Child get(long number, ReadScope scope) throws Refusal {
    if (number < pageStart) {
      rewind();
    }
    while (number >= pageStart + page.size()) {
      if (isLastPage) {
        return null;
      }
      next(scope);
    }
    return page.get((int) (number - pageStart));
  }

  private void rewind() {
    if (directory != null) {
      rules = new Children(directory.prefix());
      all = new LinkedHashMap<>();
      page = List.of();
      pageStart = 0;
      startAfter = "";
      isLastPage = false;
    }
  }

  private void next(ReadScope scope) throws Refusal {
    if (source == null || directory == null || rules == null) {
      isLastPage = true;
      return;
    }
    ListPage listed = source.page(directory, startAfter, scope);
    pageStart += page.size();
    page = rules.of(listed);
    startAfter = listed.nextStartAfter();
    isLastPage = listed.isLast();
    if (all != null) {
      page.forEach(this::remember);
    }
    if (isLastPage && all != null) {
      source.remember(directory, all);
      all = null;
    }
  }

  private void remember(Child child) {
    if (all != null) {
      all.put(child.name(), child);
      if (all.size() > Directories.MOST_REMEMBERED) {
        all = null;
      }
    }
  }
}
