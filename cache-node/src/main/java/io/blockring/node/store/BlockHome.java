package io.blockring.node.store;

import io.blockring.client.namespace.MountId;

/**
 * Where in the cluster a block belongs: enough to hand it to its owner without knowing the key it
 * is of, whose names are not on the disk.
 *
 * @param placementHash its top bits are its slot
 * @param mount the first 8 bytes of the mount's id; 0 where nothing is known
 */
public record BlockHome(long placementHash, long mount) {
  /** Of blocks that were written before homes were. */
  static final BlockHome UNKNOWN = new BlockHome(0, 0);

  static BlockHome of(MountId mount, long placementHash) {
    return new BlockHome(placementHash, mount.digest().high());
  }

  public boolean isKnown() {
    return mount != 0;
  }
}
