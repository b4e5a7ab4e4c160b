/**
 * What disks do to a node and to its store: faults of real file systems under load, damage, power
 * cuts, restarts with millions of blocks, and what small objects cost.
 */
@NullMarked
package io.blockring.benchmarks.disks;

import org.jspecify.annotations.NullMarked;
