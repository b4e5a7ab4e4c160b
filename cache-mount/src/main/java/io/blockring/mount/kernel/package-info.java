/**
 * The edge to the Linux kernel: system calls, the FUSE protocol's messages as Java types, the table
 * of mounts. The only package of this module that uses foreign memory; nothing here knows what a
 * cluster is.
 */
@NullMarked
package io.blockring.mount.kernel;

import org.jspecify.annotations.NullMarked;
