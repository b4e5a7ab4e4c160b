package io.blockring.benchmarks.hitpath;

import java.util.List;

/**
 * One of those compared: who serves, and how it is read.
 *
 * @param server processes whose processor time counts
 */
record Side(String name, List<Long> server, RangeReader.Source readers) {}
