/** How soon readers get what a slow bucket gives, and how often it is asked. */
@NullMarked
package io.blockring.benchmarks.fill;

import org.jspecify.annotations.NullMarked;
