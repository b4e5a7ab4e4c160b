/** A mounted directory beside another program's, read the same way in one run. */
@NullMarked
package io.blockring.benchmarks.mount;

import org.jspecify.annotations.NullMarked;
