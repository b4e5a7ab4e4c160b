/**
 * The words of the product as values: mounts, keys, identities, versions, blocks. Pure: no I/O, no
 * clocks, no libraries. What knows how to read a block lives elsewhere.
 */
@NullMarked
package io.blockring.client.namespace;

import org.jspecify.annotations.NullMarked;
