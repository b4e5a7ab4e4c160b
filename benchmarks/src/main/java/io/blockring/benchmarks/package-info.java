@NullMarked
package io.blockring.benchmarks;

import org.jspecify.annotations.NullMarked;
