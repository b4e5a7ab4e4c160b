package io.blockring.mount.wrong;

import io.blockring.node.Node;

/** Breaks an arrow on purpose: the mount needs of ours only the client. */
public record MountThatNeedsTheNode(Node node) {}
