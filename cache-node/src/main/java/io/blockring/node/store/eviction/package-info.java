/**
 * Which block goes when another needs its place. Works on numbered entries and 64-bit fingerprints;
 * knows nothing of disks, files or leases. Not thread-safe: each disk guards its own.
 */
@NullMarked
package io.blockring.node.store.eviction;

import org.jspecify.annotations.NullMarked;
