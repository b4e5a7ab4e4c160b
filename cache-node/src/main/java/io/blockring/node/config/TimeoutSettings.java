package io.blockring.node.config;

import java.time.Duration;

/** Section {@code timeouts}: deadlines of calls to others. */
public record TimeoutSettings(
    @Setting(doc = "Longest silence of a peer between two signs of life.", value = "1500ms")
        Duration peer,
    @Setting(doc = "A control call to a peer, from start to answer.", value = "2s")
        Duration control,
    @Setting(doc = "A whole read of a reader that names no deadline.", value = "60s")
        Duration read) {}
