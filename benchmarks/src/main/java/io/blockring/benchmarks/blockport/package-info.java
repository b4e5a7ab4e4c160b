/**
 * Load on the block port: one process serves blocks from a real SSD store, another reads them with
 * the product's reader, so that the CPU of each side is told apart.
 */
@NullMarked
package io.blockring.benchmarks.blockport;

import org.jspecify.annotations.NullMarked;
