package io.blockring.node.store;

import static io.blockring.client.namespace.Blocks.CELL_BYTES;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Blocks;
import io.blockring.node.store.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A lease on a block of one disk. */
final class StoredBlock implements BlockLease {
  private final Disk disk;
  private final BlockKey key;
  private final long fingerprint;
  private final Place place;
  private final DiskFile file;
  private final long dataPosition;
  private final long headerPosition;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  /** The slot is held already. */
  StoredBlock(Disk disk, BlockKey key, long fingerprint, Place place) {
    this.disk = disk;
    this.key = key;
    this.fingerprint = fingerprint;
    this.place = place;
    this.file = disk.files().of(place.slot());
    this.dataPosition = disk.files().dataPosition(place);
    this.headerPosition = disk.files().headerPosition(place);
  }

  @Override
  public int length() {
    return place.length();
  }

  @Override
  public FileChannel channel() {
    return file.channel();
  }

  @Override
  public long position() {
    return dataPosition;
  }

  @Override
  public boolean isInPageCache(int offset, int length) {
    Objects.checkFromIndexSize(offset, length, place.length());
    return file.isInPageCache(headerPosition, BlockHeader.bytes(place.length()))
        && (length == 0 || file.isInPageCache(dataPosition + offset, length));
  }

  @Override
  public CompletableFuture<Void> load(int offset, int length) {
    Objects.checkFromIndexSize(offset, length, place.length());
    requireOpen();
    CompletableFuture<Void> loaded = new CompletableFuture<>();
    // A hold of its own: the lease may be closed before a slow disk has answered.
    disk.hold(place);
    if (!disk.threads().tryRead(() -> load(offset, length, loaded))) {
      disk.release(place);
      loaded.completeExceptionally(
          new IOException(
              disk + ": read queue is full, " + disk.settings().queueBound() + " wait already"));
    }
    return loaded;
  }

  @Override
  public void checksums(int firstCell, int cells, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(firstCell, cells, Blocks.cells(place.length()));
    requireOpen();
    ByteBuffer header = disk.buffers().take();
    try {
      readHeader(header);
      for (int cell = firstCell; cell < firstCell + cells; cell++) {
        target.putInt(BlockHeader.cellCrc(header, cell));
      }
    } finally {
      disk.buffers().giveBack(header);
    }
  }

  @Override
  public void readVerified(int offset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), place.length());
    requireOpen();
    if (!isInPageCache(offset, target.remaining())) {
      awaitLoad(offset, target.remaining());
    }
    ByteBuffer header = disk.buffers().take();
    ByteBuffer cells = disk.buffers().take();
    try {
      readHeader(header);
      int at = offset;
      while (target.hasRemaining()) {
        at += copyCells(at, header, cells.clear(), target);
      }
    } finally {
      disk.buffers().giveBack(header);
      disk.buffers().giveBack(cells);
    }
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      disk.release(place);
    }
  }

  private void requireOpen() {
    if (isClosed.get()) {
      throw new IllegalStateException("block " + key + ": the lease is closed");
    }
  }

  private void load(int offset, int length, CompletableFuture<Void> loaded) {
    ByteBuffer buffer = disk.buffers().take();
    try {
      readToCache(headerPosition, BlockHeader.bytes(place.length()), buffer);
      readToCache(dataPosition + offset, length, buffer);
      disk.health().readSucceeded();
      loaded.complete(null);
    } catch (IOException e) {
      loaded.completeExceptionally(failed(e));
    } catch (RuntimeException | Error e) {
      loaded.completeExceptionally(e);
      throw e;
    } finally {
      disk.buffers().giveBack(buffer);
      disk.release(place);
    }
  }

  /** Bytes beyond the end of a file that was cut off are found missing when they are verified. */
  private void readToCache(long position, int length, ByteBuffer buffer) throws IOException {
    for (int done = 0; done < length; done += buffer.capacity()) {
      buffer.clear().limit(Math.min(buffer.capacity(), length - done));
      file.read(buffer, position + done);
    }
  }

  private void awaitLoad(int offset, int length) throws IOException {
    long deadlineMillis = disk.settings().readDeadline().toMillis();
    try {
      load(offset, length).get(deadlineMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("block " + key + " could not be read: " + e.getMessage(), e);
    } catch (TimeoutException e) {
      throw failed(
          new IOException(
              disk + ": block " + key + " not read within " + deadlineMillis + " ms", e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for block " + key, e);
    }
  }

  private void readHeader(ByteBuffer header) throws IOException {
    header.clear().limit(BlockHeader.bytes(place.length()));
    read(header, headerPosition);
    String flaw = BlockHeader.flaw(header, key, place.length());
    if (flaw != null) {
      throw corrupt(flaw, headerPosition);
    }
  }

  /**
   * Reads and proves the cells from the one at {@code at}; copies what the target wants of them.
   */
  private int copyCells(int at, ByteBuffer header, ByteBuffer cells, ByteBuffer target)
      throws IOException {
    int start = at / CELL_BYTES * CELL_BYTES;
    int wantedEnd = (at + target.remaining() + CELL_BYTES - 1) / CELL_BYTES * CELL_BYTES;
    int end = Math.min(place.length(), Math.min(wantedEnd, start + cells.capacity()));
    read(cells.limit(end - start), dataPosition + start);
    for (int cell = start / CELL_BYTES; cells.hasRemaining(); cell++) {
      int crc = BlockHeader.crc(cells, Math.min(CELL_BYTES, cells.remaining()));
      if (crc != BlockHeader.cellCrc(header, cell)) {
        throw corrupt("cell " + cell + " does not match its checksum", dataPosition + start);
      }
    }
    if (cells.position() < end - start) {
      throw corrupt("bytes are cut off", dataPosition + start + cells.position());
    }
    int copied = Math.min(end - at, target.remaining());
    target.put(cells.slice(at - start, copied));
    return copied;
  }

  private void read(ByteBuffer target, long position) throws IOException {
    try {
      file.read(target, position);
      target.flip();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private IOException failed(IOException cause) {
    disk.health().readFailed(cause);
    disk.dropCorrupt(fingerprint, place);
    return cause;
  }

  private CorruptBlockException corrupt(String flaw, long position) {
    disk.dropCorrupt(fingerprint, place);
    return new CorruptBlockException(
        "block %s: %s, in %s at %d; dropped".formatted(key, flaw, file.path(), position));
  }
}
