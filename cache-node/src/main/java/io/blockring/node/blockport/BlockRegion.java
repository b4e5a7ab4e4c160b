package io.blockring.node.blockport;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/** A stretch of a store's file for sendfile. The file stays open: it belongs to the store. */
final class BlockRegion extends DefaultFileRegion {
  BlockRegion(FileChannel file, long position, long bytes) {
    super(file, position, bytes);
  }

  @Override
  protected void deallocate() {
    // The parent would close the file.
  }
}
