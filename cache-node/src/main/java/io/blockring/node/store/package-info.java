/**
 * Blocks on this node's SSDs: what is kept, where, for how long, and the proof that it is still
 * right. Knows nothing of peers, buckets or sockets. The kernel (FFM) is reached in {@code
 * store.disk} only.
 */
@NullMarked
package io.blockring.node.store;

import org.jspecify.annotations.NullMarked;
