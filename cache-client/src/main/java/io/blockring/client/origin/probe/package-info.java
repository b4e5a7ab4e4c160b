/**
 * Looks at an origin before it is mounted: what it can do, how fast it is, which settings suit it.
 * Asks through {@link io.blockring.client.origin.Origin} like everybody else, so what it finds is
 * what a mount will get. Writes nothing.
 */
@NullMarked
package io.blockring.client.origin.probe;

import org.jspecify.annotations.NullMarked;
