/**
 * Buckets have keys, kernels have inodes: names, directories, inodes and their ids. No kernel
 * messages here and no bytes of files.
 */
@NullMarked
package io.blockring.mount.tree;

import org.jspecify.annotations.NullMarked;
