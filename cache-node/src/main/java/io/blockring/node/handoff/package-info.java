/**
 * Blocks that move between members: the holder's walk and offers, and the taking over at the other
 * end. Reads no bucket and knows no keys. The argument is in docs/design/moving-blocks.md.
 */
@NullMarked
package io.blockring.node.handoff;

import org.jspecify.annotations.NullMarked;
