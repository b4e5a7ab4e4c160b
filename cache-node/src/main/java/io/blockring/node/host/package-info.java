/**
 * What the host says of itself: its memory, whether its tasks wait; and what of its network a node
 * has.
 */
@NullMarked
package io.blockring.node.host;

import org.jspecify.annotations.NullMarked;
