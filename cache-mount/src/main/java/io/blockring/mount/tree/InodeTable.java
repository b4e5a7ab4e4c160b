package io.blockring.mount.tree;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All inodes that the kernel knows, each with the number of look-ups it counts on. What it forgets
 * is gone here. Safe for many threads.
 */
public final class InodeTable {
  public static final long ROOT = 1;

  private static final class Known {
    final Inode inode;
    final Object name;
    long lookups;

    Known(Inode inode, Object name) {
      this.inode = inode;
      this.name = name;
    }
  }

  private record DirectoryName(String mount, String prefix) {}

  private record FileName(String mount, String key, String etag, long size, long seconds) {}

  // All guarded by this.
  private final Map<Long, Known> byId = new HashMap<>();
  private final Map<Object, Known> byName = new HashMap<>();
  private long nextId = ROOT + 1;

  /** A table with a root that is never forgotten. */
  public InodeTable(String mount, String prefix) {
    Inode.Directory root = new Inode.Directory(ROOT, mount, prefix);
    byId.put(ROOT, new Known(root, new DirectoryName(mount, prefix)));
  }

  /** Null when the kernel was never told of it or has forgotten it. */
  public synchronized @Nullable Inode get(long id) {
    Known known = byId.get(id);
    return known == null ? null : known.inode;
  }

  /** The inode of a name in a directory, with one look-up more. */
  public synchronized Inode lookUp(Inode.Directory parent, Child child) {
    Stamp stamp = child.stamp();
    Known known;
    if (parent.isListOfMounts()) {
      known = directory(child.name(), "");
    } else if (stamp == null) {
      known = directory(parent.mount(), parent.prefix() + child.name() + "/");
    } else {
      known = file(parent.mount(), parent.prefix() + child.name(), stamp);
    }
    known.lookups++;
    return known.inode;
  }

  /** The kernel counts on so many look-ups less. */
  public synchronized void forget(long id, long lookups) {
    Known known = byId.get(id);
    if (known == null || id == ROOT) {
      return;
    }
    known.lookups -= lookups;
    if (known.lookups <= 0) {
      byId.remove(id);
      byName.remove(known.name, known);
    }
  }

  /** The next look-up of this file's name makes a new inode, even if all that is known is alike. */
  public synchronized void retire(Inode.File file) {
    Known known = byId.get(file.id());
    if (known != null) {
      byName.remove(known.name, known);
    }
  }

  public synchronized int size() {
    return byId.size();
  }

  private Known directory(String mount, String prefix) {
    DirectoryName name = new DirectoryName(mount, prefix);
    Known known = byName.get(name);
    return known != null ? known : add(new Inode.Directory(nextId++, mount, prefix), name);
  }

  private Known file(String mount, String key, Stamp stamp) {
    FileName name =
        new FileName(mount, key, stamp.etag(), stamp.size(), stamp.modifiedEpochSeconds());
    Known known = byName.get(name);
    return known != null ? known : add(new Inode.File(nextId++, mount, key, stamp), name);
  }

  private Known add(Inode inode, Object name) {
    Known known = new Known(inode, name);
    byId.put(inode.id(), known);
    byName.put(name, known);
    return known;
  }
}
