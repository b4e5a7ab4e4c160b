/**
 * Blockring's eviction beside LRU, S3-FIFO, SIEVE, W-TinyLFU and Belady's optimum on the same
 * traces. The order is the product's own; W-TinyLFU with hill climbing is Caffeine's; the rest are
 * short implementations of ours, for comparison only.
 */
@NullMarked
package io.blockring.benchmarks.eviction;

import org.jspecify.annotations.NullMarked;
