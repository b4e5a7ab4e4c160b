/** Proof of the placement: oracles, golden tables, promises about load and movement. */
@NullMarked
package io.blockring.ring;

import org.jspecify.annotations.NullMarked;
