package io.blockring.node.blockport;

import io.blockring.client.namespace.Blocks;
import io.blockring.node.store.BlockLease;
import io.blockring.node.store.CorruptBlockException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/** A lease over a real file that counts its closings and misbehaves as its script says. */
final class FakeLease implements BlockLease {

  /** How a block and its leases behave. */
  static final class Script {
    final FileChannel file;
    final long position;
    final byte[] content;
    volatile boolean isCold;
    volatile CompletableFuture<Void> loading = CompletableFuture.completedFuture(null);
    // What lies on the disk differs from the checksums: found by readVerified.
    volatile boolean isCorrupt;
    volatile boolean isHeaderCorrupt;
    volatile boolean isThrowing;
    volatile boolean isLoadThrowing;
    // Leaves the page cache between the question and the read.
    volatile boolean isDropped;
    // On the thread that asks for checksums.
    volatile Runnable whenProved = () -> {};
    // The file does not hold the content as it is.
    volatile boolean isPacked;
    final CountDownLatch loadAsked = new CountDownLatch(1);

    Script(FileChannel file, long position, byte[] content) {
      this.file = file;
      this.position = position;
      this.content = content;
    }

    /** Changes a byte on the disk. */
    void rot(int offset) throws IOException {
      file.write(ByteBuffer.wrap(new byte[] {(byte) ~content[offset]}), position + offset);
      isCorrupt = true;
    }
  }

  final AtomicInteger closings = new AtomicInteger();
  private final Script script;
  private final Runnable drop;

  FakeLease(Script script, Runnable drop) {
    this.script = script;
    this.drop = drop;
  }

  @Override
  public int length() {
    return script.content.length;
  }

  @Override
  public boolean isPlain() {
    return !script.isPacked;
  }

  @Override
  public FileChannel channel() {
    requireOpen();
    if (script.isPacked) {
      throw new IllegalStateException("the file has no plain bytes");
    }
    return script.file;
  }

  @Override
  public long position() {
    return script.position;
  }

  @Override
  public boolean isInPageCache(int offset, int length) {
    requireOpen();
    if (script.isThrowing) {
      throw new IllegalStateException("scripted");
    }
    return !script.isCold;
  }

  @Override
  public CompletableFuture<Void> load(int offset, int length) {
    requireOpen();
    script.loadAsked.countDown();
    script.isDropped = false;
    if (script.isLoadThrowing) {
      throw new IllegalStateException("scripted");
    }
    return script.loading;
  }

  @Override
  public int crc32c() {
    throw new UnsupportedOperationException("not needed here");
  }

  @Override
  public void checksums(int firstCell, int cells, ByteBuffer target) throws IOException {
    requireOpen();
    script.whenProved.run();
    if (script.isHeaderCorrupt) {
      throw corrupt();
    }
    for (int cell = firstCell; cell < firstCell + cells; cell++) {
      int from = cell * Blocks.CELL_BYTES;
      CRC32C crc = new CRC32C();
      crc.update(script.content, from, Math.min(Blocks.CELL_BYTES, length() - from));
      target.putInt((int) crc.getValue());
    }
  }

  @Override
  public void readVerified(int offset, ByteBuffer target) throws IOException {
    requireOpen();
    if (script.isCorrupt) {
      throw corrupt();
    }
    target.put(script.content, offset, target.remaining());
  }

  @Override
  public boolean readAtOnce(int offset, ByteBuffer target, boolean isProved) throws IOException {
    if (!isInPageCache(offset, target.remaining()) || script.isDropped) {
      return false;
    }
    if (isProved || script.isPacked) {
      readVerified(offset, target);
      return true;
    }
    return script.file.read(target, script.position + offset) >= 0 && !target.hasRemaining();
  }

  private CorruptBlockException corrupt() {
    drop.run();
    return new CorruptBlockException("scripted: a cell does not match");
  }

  private void requireOpen() {
    if (closings.get() > 0) {
      throw new IllegalStateException("used after it was closed");
    }
  }

  @Override
  public void close() {
    closings.incrementAndGet();
  }
}
