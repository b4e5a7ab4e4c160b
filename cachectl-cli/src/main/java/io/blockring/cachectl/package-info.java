/**
 * The command line's entrance: what every command shares (options, exit codes, where output goes).
 * The commands themselves are in {@code command}; they reach the cluster through {@code admin} only
 * and know nothing of the node's code.
 */
@NullMarked
package io.blockring.cachectl;

import org.jspecify.annotations.NullMarked;
