package io.blockring.mount.tree;

import io.blockring.client.OpenObject;
import io.blockring.client.namespace.Version;
import io.blockring.mount.kernel.Attributes;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knows by an id. A directory is a prefix. A file is one version of a key: another
 * version has another id, so that page caches and maps of two versions never mix.
 */
public sealed interface Inode {

  /** Unique while this file system is mounted, and never given twice. */
  long id();

  Attributes attributes();

  /**
   * A prefix of a mount.
   *
   * @param mount the mount's name; empty for the directory of all mounts
   * @param prefix empty, or ending with a slash
   */
  record Directory(long id, String mount, String prefix) implements Inode {

    public boolean isListOfMounts() {
      return mount.isEmpty();
    }

    @Override
    public Attributes attributes() {
      return new Attributes(number(mount, prefix), true, 0, 0);
    }

    /** What {@code stat} and listings show for a name in here. */
    public Attributes attributesOf(Child child) {
      Stamp stamp = child.stamp();
      String path = prefix + child.name();
      if (isListOfMounts()) {
        return new Attributes(number(child.name(), ""), true, 0, 0);
      }
      return stamp == null
          ? new Attributes(number(mount, path + "/"), true, 0, 0)
          : File.attributes(mount, path, stamp);
    }
  }

  /** One version of one key. */
  final class File implements Inode {
    private final long id;
    private final String mount;
    private final String key;
    private final Stamp stamp;
    // Guarded by this.
    private @Nullable Version version;

    File(long id, String mount, String key, Stamp stamp) {
      this.id = id;
      this.mount = mount;
      this.key = key;
      this.stamp = stamp;
    }

    @Override
    public long id() {
      return id;
    }

    public String mount() {
      return mount;
    }

    public String key() {
      return key;
    }

    public Stamp stamp() {
      return stamp;
    }

    @Override
    public Attributes attributes() {
      return attributes(mount, key, stamp);
    }

    /**
     * Binds this inode to the version that an open found, for good; the first open decides.
     *
     * @return false when it is another version than this inode's
     */
    public synchronized boolean binds(OpenObject object) {
      if (version == null && stamp.matches(Stamp.of(object))) {
        version = object.version();
      }
      return version != null && Objects.equals(version, object.version());
    }

    private static Attributes attributes(String mount, String key, Stamp stamp) {
      long number =
          Inode.number(mount, key, stamp.etag(), stamp.size() + "," + stamp.modifiedEpochSeconds());
      return new Attributes(number, false, stamp.size(), stamp.modifiedEpochMillis());
    }
  }

  /**
   * The number that programs see: the same for the same version on every host and after every
   * remount, another one for another version, as if a file had been replaced.
   */
  private static long number(String... names) {
    long hash = 0xcbf29ce484222325L;
    for (String name : names) {
      for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
        hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
      }
      hash = (hash ^ 0x100) * 0x100000001b3L;
    }
    // 0 is no number, 1 is often taken for the root.
    return (hash >>> 1) | 2;
  }
}
