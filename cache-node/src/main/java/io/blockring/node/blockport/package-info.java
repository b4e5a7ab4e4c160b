/**
 * The block port (7071): HTTP/1.1 range GET on raw Netty, and nothing else. Resident blocks leave
 * by sendfile; blocks that are being filled leave as checksummed frames. What the words of a
 * request mean is in {@code io.blockring.client.peer.BlockWire}, shared with the reader's side.
 */
@NullMarked
package io.blockring.node.blockport;

import org.jspecify.annotations.NullMarked;
