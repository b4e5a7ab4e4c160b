package io.blockring.node.config;

/** Section {@code memory}: the rung in this process's own memory, off the Java heap. */
public record MemorySettings(
    @Setting(
            doc =
                "Bytes of others' blocks kept in memory; 0 keeps none. auto: what heap, JVM and"
                    + " limits.bytesInFlight leave of limits.memory, at most 256MiB.",
            value = "auto")
        AutoSize size,
    @Setting(doc = "Unit in which blocks are kept and evicted there.", value = "256KiB")
        ByteSize segment) {}
