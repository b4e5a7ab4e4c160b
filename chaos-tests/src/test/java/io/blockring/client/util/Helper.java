package io.blockring.client.util;

import io.blockring.node.config.NodeSettings;
import io.netty.buffer.ByteBuf;

/** Breaks on purpose: an arrow, Netty's wall, the names of packages, and it is not null-marked. */
public record Helper(NodeSettings settings, ByteBuf bytes) {}
