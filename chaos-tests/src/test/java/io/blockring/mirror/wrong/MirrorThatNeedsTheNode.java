package io.blockring.mirror.wrong;

import io.blockring.node.config.NodeSettings;

/** Breaks an arrow on purpose: the mirror needs the client only. */
public record MirrorThatNeedsTheNode(NodeSettings settings) {}
