package io.blockring.client.namespace;

/**
 * One key of one mount, whatever its bytes are at the moment.
 *
 * @param key the object's name below the mount, without the mount's prefix; not empty
 */
public record ObjectName(MountId mount, String key) {

  public ObjectName {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("an object's key cannot be empty");
    }
  }

  /**
   * What placement hashes: mount and key, never the identity, so that owners are known before any
   * metadata.
   */
  public Placement placement() {
    return new Placement(Digest.of("place", mount.toString(), key));
  }

  @Override
  public String toString() {
    return mount.toString().substring(0, 8) + ":" + key;
  }
}
