/** What the host says of itself: its memory, and whether its tasks wait for one another. */
@NullMarked
package io.blockring.node.host;

import org.jspecify.annotations.NullMarked;
