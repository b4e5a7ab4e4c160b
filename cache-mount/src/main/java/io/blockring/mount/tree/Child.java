package io.blockring.mount.tree;

import org.jspecify.annotations.Nullable;

/**
 * A name in a directory.
 *
 * @param stamp of a file; null of a directory
 */
public record Child(String name, @Nullable Stamp stamp) {

  public boolean isDirectory() {
    return stamp == null;
  }
}
