/**
 * What a hit costs beside nginx: both serve the same file, one load generator reads from both in
 * turns, and the processor time of each server is told apart.
 */
@NullMarked
package io.blockring.benchmarks.hitpath;

import org.jspecify.annotations.NullMarked;
