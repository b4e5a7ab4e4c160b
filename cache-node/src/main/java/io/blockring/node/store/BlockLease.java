package io.blockring.node.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;

/**
 * A resident block, held in place. The holder closes it after the last byte has been handed to the
 * kernel, once, from any thread.
 */
public interface BlockLease extends AutoCloseable {

  /** Bytes of the block. */
  int length();

  /**
   * Whether the block's bytes lie in its file as they are. If not, they are decoded by {@link
   * #readVerified} and by nothing else.
   */
  boolean isPlain();

  /**
   * For sendfile, of a plain block: the block's bytes are contiguous in this file from {@link
   * #position}. Belongs to the store: never close it, nor use it on a thread that may be
   * interrupted, which would close it. Ask again for each use.
   */
  FileChannel channel();

  /** Where a plain block's first byte is in {@link #channel}. */
  long position();

  /**
   * Whether these bytes can be sent or read now without waiting for the disk. A hint; touches no
   * disk. Callable on an event loop.
   */
  boolean isInPageCache(int offset, int length);

  /**
   * Brings bytes into the page cache on one of the disk's own threads. Fails when the disk does or
   * its queue is full.
   */
  CompletableFuture<Void> load(int offset, int length);

  /**
   * The CRC32C of each cell of a range of cells, as big-endian ints, appended to the target. Reads
   * the block's header from the page cache, or from the disk if it must; so load before you call it
   * on an event loop.
   *
   * @throws CorruptBlockException when the header is not this block's; the store has dropped the
   *     block
   */
  void checksums(int firstCell, int cells, ByteBuffer target) throws IOException;

  /**
   * The CRC32C of the whole block, as its cells' checksums have it: what a manifest is held
   * against. Like {@link #checksums} in all else.
   */
  int crc32c() throws IOException;

  /**
   * Fills the target with bytes from {@code offset} and proves them: whole cells are read and
   * checked, edges too. May wait for the disk. After a failure the target's bytes mean nothing.
   *
   * @throws CorruptBlockException when a checksum differs; the store has dropped the block
   */
  void readVerified(int offset, ByteBuffer target) throws IOException;

  /**
   * Fills the target with bytes from {@code offset}, if that needs no disk. Callable on an event
   * loop.
   *
   * @param isProved whether to prove them as {@link #readVerified} does
   * @return false when a disk is needed: load first. The target's bytes mean nothing then
   * @throws CorruptBlockException when a checksum differs; the store has dropped the block
   */
  boolean readAtOnce(int offset, ByteBuffer target, boolean isProved) throws IOException;

  @Override
  void close();
}
