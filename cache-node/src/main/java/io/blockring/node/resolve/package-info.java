/**
 * Which version of a key is current: asked of the bucket by one member per key, the owner of its
 * block 0, and counted against the mount's freshness.
 */
@NullMarked
package io.blockring.node.resolve;

import org.jspecify.annotations.NullMarked;
