package io.blockring.client.origin.file;

import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a file, chunk by chunk. A chunk is given out only after the file has been found
 * unchanged behind it, so that even a reader who passes bytes on at once passes on one version.
 *
 * <p>Disk threads read into a buffer of this body, never into the caller's: a read that hangs in
 * the kernel beyond the deadline may still write there, long after the caller has gone.
 */
final class FileBody implements Origin.Body {
  private static final int CHUNK_BYTES = 256 * 1024;

  private final DiskThreads threads;
  private final OpenFile file;
  private final ObjectMetadata metadata;
  private final int length;
  private final long deadlineNanos;
  private final OriginCounters counters;
  private @Nullable ByteBuffer chunk;
  private long position;
  private int unread;
  private boolean isOver;

  FileBody(
      DiskThreads threads,
      OpenFile file,
      ObjectMetadata metadata,
      long offset,
      int length,
      long deadlineNanos,
      OriginCounters counters) {
    this.threads = threads;
    this.file = file;
    this.metadata = metadata;
    this.position = offset;
    this.length = length;
    this.unread = length;
    this.deadlineNanos = deadlineNanos;
    this.counters = counters;
  }

  /**
   * @param name what messages call it
   * @param state what it must be before and after each read
   */
  record OpenFile(String name, Path path, RandomAccessFile handle, FileState state) {

    private void requireUnchanged() throws OriginException, IOException {
      try {
        FileState now = FileState.of(path);
        if (!now.equals(state)) {
          throw new OriginException(
              Kind.CHANGED, "%s: was %s, is %s".formatted(name, state.identity(), now.identity()));
        }
      } catch (NoSuchFileException e) {
        throw new OriginException(Kind.CHANGED, name + ": was deleted while it was read");
      }
    }

    private ByteBuffer read(ByteBuffer chunk, long position) throws OriginException, IOException {
      handle.seek(position);
      int count = 0;
      while (count < chunk.capacity()) {
        int more = handle.read(chunk.array(), count, chunk.capacity() - count);
        if (more < 0) {
          throw new OriginException(
              Kind.CHANGED, name + ": ends at byte " + (position + count) + " now");
        }
        count += more;
      }
      requireUnchanged();
      return chunk.rewind().limit(count);
    }

    void close() {
      try {
        handle.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Override
  public ObjectMetadata metadata() {
    return metadata;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int read(ByteBuffer target) throws OriginException {
    if (!target.hasRemaining()) {
      throw new IllegalArgumentException("the buffer has no room");
    }
    if (unread == 0) {
      return -1;
    }
    ByteBuffer source = chunk;
    if (source == null || !source.hasRemaining()) {
      source = nextChunk();
    }
    int count = Math.min(source.remaining(), target.remaining());
    target.put(source.slice(source.position(), count));
    source.position(source.position() + count);
    unread -= count;
    counters.countBytes(count);
    if (unread == 0) {
      finish();
      counters.countSuccess();
    }
    return count;
  }

  private ByteBuffer nextChunk() throws OriginException {
    if (isOver) {
      throw new OriginException(Kind.UNAVAILABLE, file.name() + ": the body was closed");
    }
    int bytes = Math.min(unread, CHUNK_BYTES);
    ByteBuffer free =
        chunk != null && chunk.capacity() == bytes ? chunk : ByteBuffer.allocate(bytes);
    long from = position;
    try {
      chunk =
          threads.call(
              file.name(), deadlineNanos, () -> file.read(free, from), _ -> {}, file::close);
    } catch (OriginException e) {
      isOver = true;
      counters.countFailure(e.kind());
      throw e;
    }
    position += bytes;
    return chunk;
  }

  private void finish() {
    isOver = true;
    file.close();
  }

  @Override
  public void close() {
    if (!isOver) {
      finish();
      counters.countAbandoned();
    }
  }
}
