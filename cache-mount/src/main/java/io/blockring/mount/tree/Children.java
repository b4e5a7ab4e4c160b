package io.blockring.mount.tree;

import io.blockring.client.origin.ListPage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the pages of one prefix's listing, in order, into names of files and directories. The
 * rules:
 *
 * <ul>
 *   <li>a key that ends with a slash is a marker and no file;
 *   <li>a part that {@link FileNames} refuses is hidden, with all that is below it;
 *   <li>of a key {@code a} beside keys below {@code a/} the file is shown and the directory hidden.
 * </ul>
 *
 * Used by one thread at a time.
 */
public final class Children {
  private final String prefix;

  /**
   * Files whose names begin the last name, the longest last: in byte order {@code a/} comes later
   * than {@code a}, but all that is between begins with {@code a}.
   */
  private final Deque<String> files = new ArrayDeque<>();

  /**
   * @param prefix empty, or ending with a slash
   */
  public Children(String prefix) {
    this.prefix = prefix;
  }

  /** The next page's names. */
  public List<Child> of(ListPage page) {
    List<Child> children = new ArrayList<>();
    for (ListPage.Entry entry : page.entries()) {
      Child child = child(entry);
      if (child != null) {
        children.add(child);
      }
    }
    return children;
  }

  private @Nullable Child child(ListPage.Entry entry) {
    String name = entry.name().substring(prefix.length());
    boolean isDirectory = entry.isPrefix();
    if (isDirectory && name.endsWith("/")) {
      name = name.substring(0, name.length() - 1);
    }
    while (!files.isEmpty() && !name.startsWith(files.getLast())) {
      files.removeLast();
    }
    if (!FileNames.isPossible(name) || name.indexOf('/') >= 0) {
      return null;
    }
    if (!isDirectory) {
      files.addLast(name);
      return new Child(name, Stamp.of(entry));
    }
    return files.contains(name) ? null : new Child(name, null);
  }
}
