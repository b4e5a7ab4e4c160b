package io.blockring.node.operate;

import io.blockring.client.Namespace;
import io.blockring.client.ReadException;
import io.blockring.client.origin.ListPage;

/**
 * {@code /mount/key} taken apart.
 *
 * @param key what follows the mount, or the front of it; may be empty
 */
record MountedPath(Namespace.Mount mount, String key) {

  /**
   * @throws ReadException of kind NOT_FOUND when there is no such mount; names those there are
   */
  static MountedPath of(Namespace namespace, String path) throws ReadException {
    String rest = path.startsWith("/") ? path.substring(1) : path;
    int slash = rest.indexOf('/');
    String name = slash < 0 ? rest : rest.substring(0, slash);
    Namespace.Mount mount = namespace.mount(name);
    if (mount == null) {
      throw new ReadException(
          ReadException.Kind.NOT_FOUND,
          "'"
              + path
              + "' is of no mount; there are "
              + namespace.mounts().stream().map(Namespace.Mount::name).toList());
    }
    return new MountedPath(mount, slash < 0 ? "" : rest.substring(slash + 1));
  }

  /** A key of the same mount as a path. */
  String full(String otherKey) {
    return "/" + mount.name() + "/" + otherKey;
  }

  ListPage.Entry withFullName(ListPage.Entry entry) {
    return new ListPage.Entry(
        full(entry.name()),
        entry.isPrefix(),
        entry.size(),
        entry.etag(),
        entry.lastModifiedEpochMillis());
  }
}
