/**
 * The programs {@code cachectl mount} and {@code cachectl umount}: command line, background
 * process, mounting and unmounting. What the file system answers is in {@code serve}.
 */
@NullMarked
package io.blockring.mount;

import org.jspecify.annotations.NullMarked;
