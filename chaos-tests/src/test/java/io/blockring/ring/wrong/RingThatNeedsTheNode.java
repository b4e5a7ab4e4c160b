package io.blockring.ring.wrong;

import io.blockring.node.config.NodeSettings;

/** Breaks an arrow on purpose: the ring needs nothing of ours. */
public record RingThatNeedsTheNode(NodeSettings settings) {}
