/**
 * The node's read ladder and what hangs on it: {@link io.blockring.node.read.NodeLadder} is the
 * product in one method.
 */
@NullMarked
package io.blockring.node.read;

import org.jspecify.annotations.NullMarked;
