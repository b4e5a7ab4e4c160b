package io.blockring.node.blockport;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all connections of one port share.
 *
 * @param ring this node's ring, as a fingerprint; empty while it has none
 * @param otherRing told of a reader's fingerprint that is not ours; must return at once
 */
record PortContext(
    BlockPortSettings settings,
    BlockService service,
    BlockPortCounters counters,
    Verifier verifier,
    Supplier<String> ring,
    Consumer<String> otherRing) {}
