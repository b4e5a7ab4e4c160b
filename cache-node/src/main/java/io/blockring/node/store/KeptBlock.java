package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;

/** A block that is kept, as its header names it. */
public record KeptBlock(BlockKey key, int length, BlockHome home, boolean isPinned) {}
