/**
 * Manifests: what the blocks of a version must be, and the arithmetic of checksums that proves it.
 * Knows nothing of where blocks or manifests come from.
 */
@NullMarked
package io.blockring.client.manifest;

import org.jspecify.annotations.NullMarked;
