/**
 * The read ladder: one small interface for every place that may have a block, and the one method
 * that asks them in order. No sockets, no files, no metrics in here: those wrap or implement {@link
 * BlockSource} elsewhere.
 */
@NullMarked
package io.blockring.client.ladder;

import org.jspecify.annotations.NullMarked;
