package io.blockring.node.store;

import io.blockring.node.store.disk.Directory;
import io.blockring.node.store.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index as a file: records are added in memory, in the order in which the table changed, and
 * written in whole pages. Lock order: this log's own lock (who writes the file) before the table's
 * (who adds).
 */
final class IndexLog {

  /** Gives out the table's committed blocks, as {@link BlockTable#copyCommitted} does. */
  interface Snapshot {
    int copy(int firstSlot, int enough, Consumer<IndexRecord> target);
  }

  private static final Logger LOG = LoggerFactory.getLogger(IndexLog.class);
  private static final int BUFFER_BYTES = 256 * IndexPage.BYTES;

  /** Blocks copied under one hold of the table's lock: tens of microseconds. */
  private static final int COPIED_AT_ONCE = 2048;

  private final Directory directory;
  private final DiskFormat format;
  private final ReentrantLock tableLock;
  private final ReentrantLock fileLock = new ReentrantLock();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private final RecordBuffer pending = new RecordBuffer();

  /** What was added since a rewrite began; guarded by the table's lock. */
  private @Nullable RecordBuffer sinceRewrite;

  private DiskFile file;
  private volatile long endBytes;

  /** Records were lost on the way to the file: only a rewrite makes it whole. */
  private volatile boolean isIncomplete;

  private IndexLog(Directory directory, DiskFormat format, ReentrantLock tableLock, DiskFile file) {
    this.directory = directory;
    this.format = format;
    this.tableLock = tableLock;
    this.file = file;
  }

  /** Opens the index and passes on all its records, oldest first. */
  static IndexLog open(
      Directory directory,
      DiskFormat format,
      ReentrantLock tableLock,
      Consumer<IndexRecord> records)
      throws IOException {
    Files.deleteIfExists(directory.path().resolve(DiskFormat.NEW_INDEX));
    Path path = directory.path().resolve(DiskFormat.INDEX);
    IndexLog log = new IndexLog(directory, format, tableLock, DiskFile.open(path));
    try {
      log.readAll(records);
      return log;
    } catch (IOException e) {
      log.close();
      throw e;
    }
  }

  /** How many blocks the index of a disk may name, by its length. */
  static long mostBlocks(Directory directory) throws IOException {
    Path path = directory.path().resolve(DiskFormat.INDEX);
    return Files.exists(path) ? Files.size(path) / IndexPage.BYTES * IndexPage.RECORDS : 0;
  }

  /** Adds a record; the caller holds the table's lock and has just changed the table. */
  void add(IndexRecord record) {
    pending.add(record);
    if (sinceRewrite != null) {
      sinceRewrite.add(record);
    }
  }

  long bytes() {
    return endBytes;
  }

  boolean isIncomplete() {
    return isIncomplete;
  }

  /**
   * Hands what was added to the kernel; durable after {@link #sync}.
   *
   * @return whether there was anything
   */
  boolean write() throws IOException {
    fileLock.lock();
    try {
      ByteBuffer records = underTableLock(pending::take);
      if (!records.hasRemaining()) {
        return false;
      }
      endBytes = append(file, endBytes, records);
      return true;
    } catch (IOException e) {
      isIncomplete = true;
      throw e;
    } finally {
      fileLock.unlock();
    }
  }

  void sync() throws IOException {
    fileLock.lock();
    try {
      file.sync();
    } finally {
      fileLock.unlock();
    }
  }

  /**
   * Replaces the file by one without history. The table may change meanwhile: what is added after
   * the copying began is appended to the copy, and records may be replayed twice without harm.
   */
  void rewrite(Snapshot snapshot) throws IOException {
    Path path = directory.path().resolve(DiskFormat.NEW_INDEX);
    Files.deleteIfExists(path);
    DiskFile fresh = DiskFile.open(path);
    try {
      underTableLock(this::beginRewrite);
      long end = writeSnapshot(fresh, snapshot);
      end = append(fresh, end, underTableLock(() -> sinceRewrite().take()));
      fresh.sync();
      replaceBy(fresh, end);
    } catch (IOException e) {
      isIncomplete = true;
      fresh.close();
      throw e;
    } finally {
      underTableLock(this::endRewrite);
    }
  }

  void close() throws IOException {
    file.close();
  }

  private void readAll(Consumer<IndexRecord> records) throws IOException {
    long size = file.size();
    long damaged = 0;
    for (long at = 0; at + IndexPage.BYTES <= size; at += BUFFER_BYTES) {
      int length = file.read(buffer.clear(), at);
      for (int page = 0; page + IndexPage.BYTES <= length; page += IndexPage.BYTES) {
        long number = (at + page) / IndexPage.BYTES;
        if (!IndexPage.read(buffer.slice(page, IndexPage.BYTES), number, format, records)) {
          damaged++;
        }
      }
    }
    endBytes = size / IndexPage.BYTES * IndexPage.BYTES;
    if (damaged > 0) {
      isIncomplete = true;
      LOG.warn(
          "{}: {} of {} pages are damaged; the blocks they name are fetched again",
          file.path(),
          damaged,
          endBytes / IndexPage.BYTES);
    }
  }

  private long writeSnapshot(DiskFile target, Snapshot snapshot) throws IOException {
    RecordBuffer copied = new RecordBuffer();
    long end = 0;
    int slot = 0;
    while (slot != SlotTable.NONE) {
      int from = slot;
      slot = underTableLock(() -> snapshot.copy(from, COPIED_AT_ONCE, copied::add));
      end = append(target, end, copied.take());
    }
    return end;
  }

  private void replaceBy(DiskFile fresh, long freshEnd) throws IOException {
    fileLock.lock();
    try {
      // Everything that is pending was also kept since the rewrite began.
      ByteBuffer last =
          underTableLock(
              () -> {
                pending.take();
                return sinceRewrite().take();
              });
      long end = append(fresh, freshEnd, last);
      fresh.sync();
      directory.rename(DiskFormat.NEW_INDEX, DiskFormat.INDEX);
      DiskFile old = file;
      file = fresh;
      endBytes = end;
      isIncomplete = false;
      closeReplaced(old);
    } finally {
      fileLock.unlock();
    }
  }

  private static void closeReplaced(DiskFile old) {
    try {
      old.close();
    } catch (IOException e) {
      LOG.warn("{}: the replaced index could not be closed: {}", old.path(), e.getMessage());
    }
  }

  private boolean beginRewrite() {
    sinceRewrite = new RecordBuffer();
    sinceRewrite.addAll(pending.view());
    return true;
  }

  private boolean endRewrite() {
    sinceRewrite = null;
    return true;
  }

  private RecordBuffer sinceRewrite() {
    if (sinceRewrite == null) {
      throw new IllegalStateException("no rewrite is running");
    }
    return sinceRewrite;
  }

  private long append(DiskFile target, long from, ByteBuffer records) throws IOException {
    long end = from;
    while (records.hasRemaining()) {
      // Shared by whoever writes the file and by a rewrite that fills another.
      synchronized (buffer) {
        buffer.clear();
        while (records.hasRemaining() && buffer.hasRemaining()) {
          IndexPage.write(
              records, buffer, end / IndexPage.BYTES + buffer.position() / IndexPage.BYTES, format);
        }
        int bytes = buffer.flip().limit();
        target.write(buffer, end);
        end += bytes;
      }
    }
    return end;
  }

  private <T> T underTableLock(Supplier<T> action) {
    tableLock.lock();
    try {
      return action.get();
    } finally {
      tableLock.unlock();
    }
  }
}
