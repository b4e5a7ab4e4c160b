package io.blockring.client.cluster;

import io.blockring.client.namespace.BlockKey;

/**
 * A block that its holder offers to whoever shall have it.
 *
 * @param mount the first 8 bytes of the mount's id
 */
public record OfferedBlock(
    BlockKey key, int length, long placementHash, long mount, boolean isPinned) {}
