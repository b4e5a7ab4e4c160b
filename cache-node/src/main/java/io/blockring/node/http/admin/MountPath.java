package io.blockring.node.http.admin;

import io.blockring.client.Namespace;
import io.blockring.node.security.ApiKey;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * A path as people write it, found in the namespace.
 *
 * @param key what follows the mount's name; may be empty
 */
record MountPath(Namespace.Mount mount, String key) {

  static MountPath of(Namespace namespace, ApiKey asker, String input, String path)
      throws ApiException {
    if (!path.startsWith("/")
        || path.getBytes(StandardCharsets.UTF_8).length > AdminLimits.MAX_PATH_BYTES) {
      throw ApiException.badInput(
          input, path, "/MOUNT/KEY of at most " + AdminLimits.MAX_PATH_BYTES + " bytes");
    }
    int slash = path.indexOf('/', 1);
    String name = slash < 0 ? path.substring(1) : path.substring(1, slash);
    Namespace.Mount mount = namespace.mount(name);
    if (mount == null) {
      String known =
          namespace.mounts().stream()
              .map(Namespace.Mount::name)
              .filter(asker::maySee)
              .collect(Collectors.joining(", "));
      throw ApiException.notFound(
          "no mount is called '" + name + "'; there is: " + (known.isEmpty() ? "none" : known));
    }
    return new MountPath(mount, slash < 0 ? "" : path.substring(slash + 1));
  }

  /** The same with a key in it. */
  static MountPath ofObject(Namespace namespace, ApiKey asker, String path) throws ApiException {
    MountPath found = of(namespace, asker, "path", path);
    if (found.key().isEmpty()) {
      throw ApiException.badInput("path", path, "/MOUNT/KEY: it names a mount, not an object");
    }
    return found;
  }

  /** The path of another key of this mount. */
  String pathOf(String otherKey) {
    return "/" + mount.name() + "/" + otherKey;
  }
}
