/**
 * Bringing blocks in: one fill per block at a time, followers that read it while it runs, and its
 * way into the store.
 */
@NullMarked
package io.blockring.node.fill;

import org.jspecify.annotations.NullMarked;
