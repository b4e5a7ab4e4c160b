/** Reading through each rung of a running cluster of processes, with the cost in CPU and memory. */
@NullMarked
package io.blockring.benchmarks.ladder;

import org.jspecify.annotations.NullMarked;
