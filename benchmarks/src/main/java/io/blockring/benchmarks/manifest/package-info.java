/** What proving blocks costs. */
@NullMarked
package io.blockring.benchmarks.manifest;

import org.jspecify.annotations.NullMarked;
