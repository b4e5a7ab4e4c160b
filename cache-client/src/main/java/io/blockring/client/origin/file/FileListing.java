package io.blockring.client.origin.file;

import io.blockring.client.origin.KeyOrder;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One page of a directory tree's files in key order. Directories that cannot hold a name of the
 * page are not entered; each of the others is read whole, once per page.
 *
 * <p>Left out: what is no regular file, links that lead nowhere, out of the root or back to a
 * directory above, and names that are not in the system's encoding (warned about).
 */
final class FileListing {
  private static final Logger log = LoggerFactory.getLogger(FileListing.class);

  private final DirectoryRoot root;
  private final String prefix;
  private final String delimiter;
  private final String startAfter;
  private final int maxKeys;
  private final long deadlineNanos;

  private final List<ListPage.Entry> entries = new ArrayList<>();
  private final Deque<Path> above = new ArrayDeque<>();
  private boolean isMore;

  FileListing(
      DirectoryRoot root,
      String prefix,
      String delimiter,
      String startAfter,
      int maxKeys,
      long deadlineNanos) {
    this.root = root;
    this.prefix = prefix;
    this.delimiter = delimiter;
    this.startAfter = startAfter;
    this.maxKeys = maxKeys;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * @param key of a file, or of a directory with a slash at its end, so that it sorts like all that
   *     is below
   */
  private record Child(String key, Path path, FileState state) {}

  ListPage page() throws IOException, OriginException {
    Path real = root.real();
    walk(real, real, "");
    return new ListPage(List.copyOf(entries), isMore ? entries.getLast().name() : "");
  }

  private void walk(Path realRoot, Path directory, String directoryKey)
      throws IOException, OriginException {
    above.push(directory);
    for (Child child : children(realRoot, directory, directoryKey)) {
      if (isMore) {
        break;
      }
      if (child.state().isRegular()) {
        add(child);
      } else if (mayHoldMore(child.key())) {
        walk(realRoot, child.path(), child.key());
      }
    }
    above.pop();
  }

  private List<Child> children(Path realRoot, Path directory, String directoryKey)
      throws IOException, OriginException {
    List<Child> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        if (deadlineNanos - System.nanoTime() <= 0) {
          throw new OriginException(
              Kind.UNAVAILABLE, directory + ": not listed before the deadline");
        }
        Child child = child(realRoot, path, directoryKey);
        if (child != null) {
          children.add(child);
        }
      }
    } catch (NoSuchFileException e) {
      if (directoryKey.isEmpty()) {
        throw e;
      }
      return List.of(); // deleted while the tree was walked
    }
    children.sort(Comparator.comparing(Child::key, KeyOrder.UTF_8));
    return children;
  }

  private @Nullable Child child(Path realRoot, Path path, String directoryKey) throws IOException {
    String name = String.valueOf(path.getFileName());
    if (!path.equals(path.resolveSibling(name))) {
      log.warn("{}: left out of the listing: its name is not in this system's encoding", path);
      return null;
    }
    String key = directoryKey + name;
    if (!mayMatter(key)) {
      return null;
    }
    try {
      Path real = Files.isSymbolicLink(path) ? path.toRealPath() : path;
      FileState state = FileState.of(real);
      boolean isInside = real.startsWith(realRoot);
      boolean isLoop = state.isDirectory() && above.contains(real);
      return !isInside || isLoop || !(state.isRegular() || state.isDirectory())
          ? null
          : new Child(state.isDirectory() ? key + "/" : key, real, state);
    } catch (NoSuchFileException e) {
      return null; // deleted meanwhile, or a link that leads nowhere
    } catch (FileSystemException e) {
      if (Files.isSymbolicLink(path)) {
        return null; // a ring of links
      }
      throw e;
    }
  }

  /** Cheap, before the file system is asked: whether this name, as file or directory, can count. */
  private boolean mayMatter(String key) {
    boolean mayMatch = key.startsWith(prefix) || prefix.startsWith(key + "/");
    return mayMatch
        && (KeyOrder.UTF_8.compare(key + "/", startAfter) > 0
            || KeyOrder.UTF_8.compare(key, startAfter) > 0
            || startAfter.startsWith(key + "/"));
  }

  private boolean mayHoldMore(String directoryKey) {
    String name = folded(directoryKey);
    if (name == null) {
      return true; // mayMatter has looked at it
    }
    // All of it is in one common prefix: nothing new if that is listed, here or on a page before.
    return KeyOrder.UTF_8.compare(name, startAfter) > 0 && !isListed(name);
  }

  private void add(Child file) {
    String fold = folded(file.key());
    String name = fold == null ? file.key() : fold;
    if (!name.startsWith(prefix)
        || KeyOrder.UTF_8.compare(name, startAfter) <= 0
        || isListed(name)) {
      return;
    }
    if (entries.size() == maxKeys) {
      isMore = true;
      return;
    }
    entries.add(
        fold == null
            ? new ListPage.Entry(
                name, false, file.state().size(), "", file.state().modifiedMillis())
            : new ListPage.Entry(name, true, 0, "", 0));
  }

  private boolean isListed(String name) {
    return !entries.isEmpty() && entries.getLast().name().equals(name);
  }

  /** The common prefix that a key is folded into; null for none. */
  private @Nullable String folded(String key) {
    if (delimiter.isEmpty() || !key.startsWith(prefix)) {
      return null;
    }
    int at = key.indexOf(delimiter, prefix.length());
    return at < 0 ? null : key.substring(0, at + delimiter.length());
  }
}
