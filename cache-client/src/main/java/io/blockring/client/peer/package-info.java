/**
 * Reading blocks from another node over the block port (7071): the words of the wire, the blocking
 * reader, its connections and what is known of each peer's health. Which peer to ask, and in what
 * order, is decided elsewhere. The server's side of the same wire is the node's block port.
 */
@NullMarked
package io.blockring.client.peer;

import org.jspecify.annotations.NullMarked;
