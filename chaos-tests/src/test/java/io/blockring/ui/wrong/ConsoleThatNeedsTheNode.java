package io.blockring.ui.wrong;

import io.blockring.node.config.NodeSettings;

/** Breaks an arrow on purpose: the console's files need nothing of ours. */
public record ConsoleThatNeedsTheNode(NodeSettings settings) {}
