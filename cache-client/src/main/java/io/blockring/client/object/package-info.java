/**
 * Reading whole objects through a ladder of blocks: splitting, read-ahead, patience, and the
 * reader's errors.
 */
@NullMarked
package io.blockring.client.object;

import org.jspecify.annotations.NullMarked;
