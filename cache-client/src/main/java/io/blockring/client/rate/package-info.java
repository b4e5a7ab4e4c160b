/** Bytes by time: so many a second, so many a day. Who may have them is the callers' matter. */
@NullMarked
package io.blockring.client.rate;

import org.jspecify.annotations.NullMarked;
