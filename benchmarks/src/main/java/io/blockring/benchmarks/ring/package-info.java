/**
 * Blockring's ring beside ketama, Maglev, multi-probe and weighted rendezvous on the same member
 * sets. The others are short implementations of our own, for comparison only.
 */
@NullMarked
package io.blockring.benchmarks.ring;

import org.jspecify.annotations.NullMarked;
