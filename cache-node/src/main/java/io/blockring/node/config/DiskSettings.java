package io.blockring.node.config;

import java.nio.file.Path;

/** One entry of {@code store.disks}. */
public record DiskSettings(
    @Setting(doc = "Directory on the disk, made if it is not there.", isRequired = true) Path path,
    @Setting(doc = "Bytes to use there, or a share of the file system: 80%.", isRequired = true)
        Budget budget,
    @Setting(
            doc =
                "Bytes of the file system left free for others; when they take them, the store shrinks.",
            value = "1GiB")
        ByteSize freeSpaceFloor) {}
