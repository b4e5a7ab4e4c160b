/**
 * The kernel's edge of the store: files, the page cache, preallocation, locks, threads of one
 * device. The only place of the node that calls native code (FFM). Knows bytes and offsets, never
 * blocks. Linux only.
 */
@NullMarked
package io.blockring.node.store.disk;

import org.jspecify.annotations.NullMarked;
