package io.blockring.mount.serve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.origin.ListPage;
import io.blockring.mount.kernel.Errno;
import io.blockring.mount.tree.Child;
import io.blockring.mount.tree.FileNames;
import io.blockring.mount.tree.Inode;
import io.blockring.mount.tree.Stamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names: one by one, and by whole directories. A directory that was listed to its end answers for
 * its names for a short while. Safe for many threads.
 */
final class Directories {
  /** More names than these are not remembered of one directory. */
  static final int MOST_REMEMBERED = 10_000;

  private static final long REMEMBERED_NAMES = 300_000;

  private final Namespace cluster;
  private final Cache<Inode.Directory, Map<String, Child>> listed;

  /**
   * @param remembered how long a listing answers for its names
   */
  Directories(Namespace cluster, Duration remembered) {
    this.cluster = cluster;
    this.listed =
        Caffeine.newBuilder()
            .expireAfterWrite(remembered)
            .maximumWeight(REMEMBERED_NAMES)
            .weigher((Inode.Directory d, Map<String, Child> names) -> 1 + names.size())
            .executor(Runnable::run)
            .build();
  }

  /**
   * Finds a name.
   *
   * @return null when there is none
   */
  @Nullable Child find(Inode.Directory parent, @Nullable String name, ReadScope scope)
      throws Refusal {
    if (name != null && FileNames.isTooLong(name)) {
      throw new Refusal(Errno.ENAMETOOLONG, "a name has at most 255 bytes");
    }
    if (name == null || !FileNames.isPossible(name)) {
      return null;
    }
    if (parent.isListOfMounts()) {
      return cluster.mount(name) == null ? null : new Child(name, null);
    }
    Map<String, Child> names = listed.getIfPresent(parent);
    return names != null ? names.get(name) : ask(parent, name, scope);
  }

  /** A stream of all names. */
  DirectoryStream stream(Inode.Directory directory) throws Refusal {
    if (directory.isListOfMounts()) {
      List<Child> mounts =
          cluster.mounts().stream().map(mount -> new Child(mount.name(), null)).toList();
      return DirectoryStream.of(mounts);
    }
    Map<String, Child> names = listed.getIfPresent(directory);
    return names != null
        ? DirectoryStream.of(List.copyOf(names.values()))
        : new DirectoryStream(this, directory);
  }

  /** One page of what is right below a directory. */
  ListPage page(Inode.Directory directory, String startAfter, ReadScope scope) throws Refusal {
    Namespace.Mount mount = mount(directory.mount());
    return Patience.ask(
        scope, () -> cluster.list(mount, directory.prefix(), "/", startAfter, 1_000, scope));
  }

  void remember(Inode.Directory directory, Map<String, Child> names) {
    listed.put(directory, names);
  }

  /** Something in a listing proved to be old. */
  void forget(String mount, String key) {
    String prefix = key.substring(0, key.lastIndexOf('/') + 1);
    listed
        .asMap()
        .keySet()
        .removeIf(known -> known.mount().equals(mount) && known.prefix().equals(prefix));
  }

  /** The mount as it is now; one that was taken away leaves stale directories behind. */
  Namespace.Mount mount(String name) throws Refusal {
    Namespace.Mount mount = cluster.mount(name);
    if (mount == null) {
      throw new Refusal(Errno.ESTALE, "/" + name + " is no mount any more");
    }
    return mount;
  }

  /** A key first, then keys below it: the same rule as {@code Children} has for listings. */
  private @Nullable Child ask(Inode.Directory parent, String name, ReadScope scope) throws Refusal {
    Namespace.Mount mount = mount(parent.mount());
    String key = parent.prefix() + name;
    try {
      OpenObject found =
          Patience.ask(scope, () -> cluster.open(mount, key, Namespace.Intent.STAT, scope));
      return new Child(name, Stamp.of(found));
    } catch (Refusal e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
    ListPage below = Patience.ask(scope, () -> cluster.list(mount, key + "/", "", "", 1, scope));
    return below.entries().isEmpty() ? null : new Child(name, null);
  }
}
