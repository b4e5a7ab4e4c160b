/**
 * A mount with a source region behind it: its own bucket with copies of the source's versions, what
 * stands in for a source that cannot be asked, and the replicator that copies what the own bucket
 * lacks. Which node replicates, and where bytes are read, is the node's matter.
 */
@NullMarked
package io.blockring.mirror;

import org.jspecify.annotations.NullMarked;
