package io.blockring.node.store.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Two stores were pointed at one directory. */
public final class DirectoryInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  DirectoryInUseException(Path path) {
    super(path + " is in use by another store (its file 'lock' is held): give each its own path");
  }
}
