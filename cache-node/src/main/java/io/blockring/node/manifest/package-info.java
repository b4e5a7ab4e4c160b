/**
 * A node's part in manifests: as an owner it reports what it filled, as a resolver it keeps what
 * owners report, gives it to readers, and holds complete versions against their bucket.
 */
@NullMarked
package io.blockring.node.manifest;

import org.jspecify.annotations.NullMarked;
