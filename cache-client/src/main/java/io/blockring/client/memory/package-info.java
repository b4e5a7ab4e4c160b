/**
 * Memory for blocks: how many bytes a process may have in flight, the buffers they move in, and the
 * first rung of the ladder. All off-heap and bounded.
 */
@NullMarked
package io.blockring.client.memory;

import org.jspecify.annotations.NullMarked;
