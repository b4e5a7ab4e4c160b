package io.blockring.node.config;

import java.nio.file.Path;

/** One entry of {@code store.disks}. */
public record DiskSettings(
    @Setting(doc = "Directory on the disk, made if it is not there.", isRequired = true) Path path,
    @Setting(doc = "Bytes of blocks to keep there.", isRequired = true) ByteSize budget,
    @Setting(
            doc = "Bytes of the file system left free for others; the store shrinks before that.",
            value = "1GiB")
        ByteSize freeSpaceFloor) {}
