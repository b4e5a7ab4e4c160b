/** What changes of the cluster cost its readers: planned ones, failures, and uneven demand. */
@NullMarked
package io.blockring.benchmarks.elastic;

import org.jspecify.annotations.NullMarked;
