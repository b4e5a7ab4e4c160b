/**
 * What must hold for the whole: clusters of real processes under faults, one promise to a file, and
 * the rules of the architecture.
 */
@NullMarked
package io.blockring.chaos;

import org.jspecify.annotations.NullMarked;
