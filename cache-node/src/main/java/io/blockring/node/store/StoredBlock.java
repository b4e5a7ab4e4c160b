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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A lease on a block of one disk. How its bytes are found and proved depends on its encoding. */
abstract sealed class StoredBlock implements BlockLease permits PlainBlock, PackedBlock {
  private final Disk disk;
  private final BlockKey key;
  private final long fingerprint;
  private final Place place;
  private final DiskFile file;
  private final long dataPosition;
  private final long headerPosition;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  /** What the disk's threads have worked on this lease so far. */
  private final AtomicLong workedNanos = new AtomicLong();

  /** From when on the last read has taken the disk too long; 0 before the first. */
  private volatile long lateNanos;

  private volatile @Nullable ProvedHeader provedHeader;

  /** The slot is held already. */
  StoredBlock(Disk disk, BlockKey key, long fingerprint, Place place) {
    this.disk = disk;
    this.key = key;
    this.fingerprint = fingerprint;
    this.place = place;
    this.file = disk.files().of(place.slot());
    this.dataPosition = disk.files().dataPosition(place);
    this.headerPosition = disk.files().headerPosition(place);
    this.provedHeader = disk.headers().get(key, place);
  }

  /** The slot is held already. */
  static StoredBlock of(Disk disk, BlockKey key, long fingerprint, Place place) {
    return switch (place.encoding()) {
      case PLAIN -> new PlainBlock(disk, key, fingerprint, place);
      case LZ4 -> new PackedBlock(disk, key, fingerprint, place);
    };
  }

  /** Whether the stored bytes of a range are in the page cache; its header is. */
  abstract boolean isRangeInPageCache(int offset, int length);

  /** Reads the stored bytes of a range into the page cache, on a disk thread; its header is. */
  abstract void readRange(int offset, int length, ByteBuffer scratch) throws IOException;

  /**
   * Fills the target with bytes from {@code offset} that the header proves, if asked to, unless a
   * disk is needed.
   */
  abstract boolean copyAtOnce(int offset, ByteBuffer target, boolean isProved) throws IOException;

  /** Fills the target with bytes from {@code offset} that the header proves. */
  abstract void copy(int offset, ByteBuffer header, ByteBuffer target) throws IOException;

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
    return !isLeavingPageCache()
        && isHeaderAtHand()
        && (length == 0 || isRangeInPageCache(offset, length));
  }

  /** Then the kernel's answer may be wrong a moment later; without a lease it never begins to. */
  private boolean isLeavingPageCache() {
    return disk.pages().isDropping(place.slot());
  }

  private boolean isHeaderAtHand() {
    return provedHeader != null
        || file.isInPageCache(headerPosition, BlockHeader.bytes(place.length()));
  }

  @Override
  public CompletableFuture<Void> load(int offset, int length) {
    Objects.checkFromIndexSize(offset, length, place.length());
    requireOpen();
    CompletableFuture<Void> loaded = new CompletableFuture<>();
    if (!disk.health().isReadable()) {
      loaded.completeExceptionally(new IOException(disk + " is " + disk.health().trouble()));
      return loaded;
    }
    // A hold of its own: the lease may be closed before a slow disk has answered.
    disk.hold(place);
    loaded.orTimeout(disk.settings().readDeadline().toMillis(), TimeUnit.MILLISECONDS);
    Runnable refused =
        () -> {
          disk.release(place);
          loaded.completeExceptionally(new IOException(disk + " is " + disk.health().trouble()));
        };
    if (!disk.threads().tryRead(() -> load(offset, length, loaded), refused)) {
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
    ByteBuffer header = header();
    for (int cell = firstCell; cell < firstCell + cells; cell++) {
      target.putInt(BlockHeader.cellCrc(header, cell));
    }
  }

  @Override
  public int crc32c() throws IOException {
    requireOpen();
    return provedHeader().crc32c(length());
  }

  @Override
  public void readVerified(int offset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), place.length());
    requireOpen();
    if (!isInPageCache(offset, target.remaining())) {
      awaitLoad(offset, target.remaining());
    }
    copy(offset, header(), target);
  }

  @Override
  public boolean readAtOnce(int offset, ByteBuffer target, boolean isProved) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), place.length());
    requireOpen();
    return !isLeavingPageCache() && isHeaderAtHand() && copyAtOnce(offset, target, isProved);
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

  /**
   * On a thread of the disk. Whoever asked may have given up before it began, or while it ran. The
   * disk is judged by how long it worked for this reader, not by how long that one waited.
   */
  private void load(int offset, int length, CompletableFuture<Void> loaded) {
    if (loaded.isDone()) {
      disk.threads().cameTooLate();
      disk.release(place);
      return;
    }
    ByteBuffer buffer = disk.buffers().take();
    int mark = disk.pauses().mark();
    long begun = System.nanoTime();
    long patience = disk.settings().readPatience().toNanos() - workedNanos.get();
    lateNanos = begun + patience;
    loaded.orTimeout(Math.max(0, patience), TimeUnit.NANOSECONDS);
    loaded.whenComplete((done, failure) -> judge(failure, mark));
    try {
      disk.pages().awaitDropped(place.slot());
      if (provedHeader == null) {
        readToCache(headerPosition, BlockHeader.bytes(place.length()), buffer);
      }
      readRange(offset, length, buffer);
      requireInTime();
      loaded.complete(null);
    } catch (IOException e) {
      loaded.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      loaded.completeExceptionally(e);
      throw e;
    } finally {
      if (!disk.pauses().hasBeenOneSince(mark)) {
        workedNanos.addAndGet(System.nanoTime() - begun);
      }
      disk.buffers().giveBack(buffer);
      disk.release(place);
    }
  }

  /**
   * Not when the call returns: it may never. What else failed was judged where it failed.
   *
   * @param mark from when the work began: whoever is late while this process pauses, it is not the
   *     disk
   */
  private void judge(@Nullable Throwable failure, int mark) {
    if (failure == null) {
      disk.health().reads().succeeded();
    } else if (isOfTime(failure) && !disk.pauses().hasBeenOneSince(mark)) {
      disk.health().reads().failed(new LateException(tooSlow()));
    }
  }

  private boolean isOfTime(Throwable failure) {
    return failure instanceof LateException || (failure instanceof TimeoutException && isLate());
  }

  private void awaitLoad(int offset, int length) throws IOException {
    try {
      load(offset, length).get();
    } catch (ExecutionException e) {
      String why = e.getCause() instanceof TimeoutException ? whyLate() : e.getMessage();
      throw new IOException("block " + key + " could not be read: " + why, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for block " + key, e);
    }
  }

  /** A disk that is busy has not begun. */
  private String whyLate() {
    return lateNanos == 0
        ? disk + " is busy: no turn within " + disk.settings().readDeadline().toMillis() + " ms"
        : tooSlow();
  }

  private String tooSlow() {
    return "%s: a block not read within %d ms of its work"
        .formatted(disk, disk.settings().readPatience().toMillis());
  }

  private boolean isLate() {
    return System.nanoTime() - lateNanos >= 0;
  }

  private void requireInTime() throws LateException {
    if (isLate()) {
      throw new LateException(tooSlow());
    }
  }

  /** The disk works on it for too long, or did. */
  private static final class LateException extends IOException {
    private static final long serialVersionUID = 1L;

    LateException(String message) {
      super(message);
    }
  }

  final ScratchBuffers buffers() {
    return disk.buffers();
  }

  final DiskFile file() {
    return file;
  }

  /** Bytes beyond the end of a file that was cut off are found missing when they are verified. */
  final void readToCache(long position, int length, ByteBuffer buffer) throws IOException {
    file.readAhead(position, length);
    for (int done = 0; done < length; done += buffer.capacity()) {
      requireInTime();
      disk.threads().reads().begins();
      read(buffer.clear().limit(Math.min(buffer.capacity(), length - done)), position + done);
    }
  }

  /** As {@link #readToCache}, in large pages; returns false when that cannot be. */
  final boolean populate(long position, int length) throws IOException {
    requireInTime();
    disk.threads().reads().begins();
    return file.populate(position, length);
  }

  /** The header, proved; for absolute reads only. */
  final ByteBuffer header() throws IOException {
    return provedHeader().bytes();
  }

  final ProvedHeader provedHeader() throws IOException {
    ProvedHeader known = provedHeader;
    if (known == null) {
      ByteBuffer scratch = disk.buffers().take();
      try {
        known = disk.headers().put(key, place, readHeader(scratch));
      } finally {
        disk.buffers().giveBack(scratch);
      }
      provedHeader = known;
    }
    return known;
  }

  private ByteBuffer readHeader(ByteBuffer header) throws IOException {
    header.clear().limit(BlockHeader.bytes(place.length()));
    read(header, headerPosition);
    String flaw = BlockHeader.flaw(header, key, place, disk.settings().slotBytes());
    if (flaw != null) {
      throw corrupt(flaw, headerPosition);
    }
    return header;
  }

  /**
   * Proves all that remains in {@code cells}, which is consumed.
   *
   * @param offset in the block of the first byte, where a cell starts
   * @param position in the file, for messages
   */
  final void prove(ByteBuffer cells, int offset, ByteBuffer header, long position)
      throws IOException {
    for (int cell = offset / CELL_BYTES; cells.hasRemaining(); cell++) {
      int crc = BlockHeader.crc(cells, Math.min(CELL_BYTES, cells.remaining()));
      if (crc != BlockHeader.cellCrc(header, cell)) {
        throw corrupt("cell " + cell + " does not match its checksum", position);
      }
    }
  }

  /** Reads what fits and flips. */
  final void read(ByteBuffer target, long position) throws IOException {
    int wanted = target.remaining();
    try {
      file.read(target, position);
      target.flip();
    } catch (IOException e) {
      disk.readFailed(e, new FailedRead(file.path(), position, wanted));
      disk.dropCorrupt(fingerprint, place);
      throw e;
    }
  }

  final CorruptBlockException corrupt(String flaw, long position) {
    disk.headers().forget(key);
    disk.dropCorrupt(fingerprint, place);
    return new CorruptBlockException(
        "block %s: %s, in %s at %d; dropped".formatted(key, flaw, file.path(), position));
  }
}
