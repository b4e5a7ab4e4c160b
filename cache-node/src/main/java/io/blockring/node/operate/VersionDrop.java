package io.blockring.node.operate;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.cluster.ControlException;
import io.blockring.client.manifest.KnownManifests;
import io.blockring.client.memory.MemoryRung;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Version;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.Member;
import io.blockring.node.store.BlockStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the bytes of a version out of this node, or of every member that is alive: one that is away
 * brings them back with it, as what its own checksums prove.
 */
public final class VersionDrop {
  private static final Logger log = LoggerFactory.getLogger(VersionDrop.class);
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final Cluster cluster;
  private final ControlClient control;
  private final BlockStore store;
  private final MemoryRung memory;
  private final KnownManifests manifests;

  /**
   * @param manifests that this node's readers got with their opens
   */
  public VersionDrop(
      Cluster cluster,
      ControlClient control,
      BlockStore store,
      MemoryRung memory,
      KnownManifests manifests) {
    this.cluster = cluster;
    this.control = control;
    this.store = store;
    this.memory = memory;
    this.manifests = manifests;
  }

  /** Out of this node's store and memory; returns how many blocks its disks had. */
  public int here(Version version) {
    manifests.forget(version.name());
    int dropped = 0;
    for (int block = 0; block < version.blockCount(); block++) {
      BlockKey key = version.block(block);
      if (store.contains(key)) {
        store.drop(key, BlockStore.DropReason.ASKED);
        dropped++;
      }
    }
    memory.forget(version.digest());
    return dropped;
  }

  /** Out of every member that is alive; returns how many blocks their disks had. */
  public int everywhere(Version version) {
    int dropped = 0;
    for (Member member : cluster.view().members()) {
      if (member.isSelf()) {
        dropped += here(version);
      } else if (member.isAlive()) {
        dropped += on(member, version);
      }
    }
    return dropped;
  }

  private int on(Member member, Version version) {
    ControlAddress address =
        new ControlAddress(member.address().host(), member.address().controlPort());
    try {
      return control.dropVersion(address, version, DEADLINE);
    } catch (ControlException e) {
      log.warn("{} could not be told to drop {}: {}", member.id(), version, e.getMessage());
      return 0;
    }
  }
}
