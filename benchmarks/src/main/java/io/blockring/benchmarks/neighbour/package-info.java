/** What another process on the host feels of a node. */
@NullMarked
package io.blockring.benchmarks.neighbour;

import org.jspecify.annotations.NullMarked;
