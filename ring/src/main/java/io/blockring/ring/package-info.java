/**
 * Weighted placement: which member owns which slot of hash space. A {@link io.blockring.ring.Ring}
 * is a pure function of parameters and member records, the same on every machine: no clock, no I/O,
 * no floating point on the way to the table. Who is alive, what moves when, and how to reach a
 * member live elsewhere.
 */
@NullMarked
package io.blockring.ring;

import org.jspecify.annotations.NullMarked;
