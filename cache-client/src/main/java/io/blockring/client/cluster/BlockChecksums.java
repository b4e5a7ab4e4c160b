package io.blockring.client.cluster;

import io.blockring.client.namespace.Version;

/**
 * The checksums of one block, taken where it was filled from the bucket.
 *
 * @param hasCrc64Nvme whether that one was computed; else it is 0
 */
public record BlockChecksums(
    Version version, int block, int crc32c, boolean hasCrc64Nvme, long crc64Nvme) {}
