package io.blockring.mount.kernel;

import java.time.Duration;

/**
 * What {@code stat} shows.
 *
 * @param inode the number that programs see; not the id that the kernel uses with us
 * @param size bytes; 0 of a directory
 * @param modifiedEpochMillis 0 when unknown
 */
public record Attributes(long inode, boolean isDirectory, long size, long modifiedEpochMillis) {

  /**
   * An inode for the kernel.
   *
   * @param id by which the kernel names it from now on; 0 in an entry that is only shown
   * @param nameValid how long the kernel may take the name for granted
   * @param attributesValid how long it may take the attributes for granted
   */
  public record Entry(
      long id, Attributes attributes, Duration nameValid, Duration attributesValid) {}
}
