package io.blockring.client.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The first rung: verified bytes of blocks that live elsewhere, kept in this process's memory by
 * segments, so that a small read does not cost a whole block. Caffeine's W-TinyLFU decides what
 * stays.
 *
 * <p>It wraps the source it remembers: what is missing is fetched from below in whole segments,
 * which pass on to the reader as they come.
 */
public final class MemoryRung {
  private record SegmentKey(BlockKey block, int segment) {}

  private final int segmentBytes;
  private final SegmentPool pool;
  private final Cache<SegmentKey, SegmentPool.Segment> segments;
  private final LongAdder notKept = new LongAdder();

  /**
   * @param totalBytes off-heap; 0 keeps nothing
   * @param segmentBytes a multiple of the cell size
   */
  public MemoryRung(long totalBytes, int segmentBytes) {
    this.segmentBytes = segmentBytes;
    this.pool = new SegmentPool(totalBytes, segmentBytes);
    this.segments =
        Caffeine.newBuilder()
            // An eighth stays free: for segments on their way in, and evicted ones that a reader
            // still holds.
            .maximumSize(pool.segments() - pool.segments() / 8)
            .executor(Runnable::run)
            .removalListener(MemoryRung::onRemoval)
            .build();
  }

  /** Answers from memory, and for the rest from {@code below}, whose bytes it remembers. */
  public Answer read(BlockSource below, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException {
    if (pool.segments() == 0) {
      return below.read(range, sink, scope);
    }
    int at = range.offset();
    int end = at + range.length();
    while (at < end) {
      int served = serve(range, at, end, sink);
      if (served == 0) {
        int stop = (int) Math.min(end, (long) firstKnownAfter(range, at, end) * segmentBytes);
        BlockRange missing = new BlockRange(range.version(), range.blockIndex(), at, stop - at);
        Answer answer = fetch(below, missing, sink, scope);
        if (!(answer instanceof Answer.Complete)) {
          return answer;
        }
        served = missing.length();
      }
      at += served;
    }
    return new Answer.Complete();
  }

  /** Forgets what is kept of a version; reads that run may still bring some of it back. */
  public void forget(Digest version) {
    segments.asMap().keySet().removeIf(key -> key.block().version().equals(version));
  }

  /** Bytes kept now, about. */
  public long bytes() {
    return segments.estimatedSize() * segmentBytes;
  }

  /** How often a segment could not be kept because every one was in use. */
  public long segmentsNotKept() {
    return notKept.sum();
  }

  private Answer fetch(BlockSource below, BlockRange missing, ByteSink sink, ReadScope scope)
      throws IOException {
    try (Remembering tee = new Remembering(missing, sink)) {
      Answer answer = below.read(missing.roundedTo(segmentBytes), tee, scope);
      if (tee.delivered == missing.length()) {
        return new Answer.Complete();
      }
      return answer instanceof Answer.Complete
          ? new Answer.Failed("sent " + tee.delivered + " bytes of " + missing)
          : answer;
    }
  }

  private int serve(BlockRange range, int at, int end, ByteSink sink) throws IOException {
    int number = at / segmentBytes;
    SegmentPool.Segment segment = segments.getIfPresent(new SegmentKey(range.key(), number));
    if (segment == null || !segment.hold()) {
      return 0;
    }
    try {
      int from = at - number * segmentBytes;
      int count = Math.min(end - at, segmentBytes - from);
      copy(segment.bytes(from, count), sink, Rung.MEMORY);
      return count;
    } finally {
      segment.letGo();
    }
  }

  private int firstKnownAfter(BlockRange range, int at, int end) {
    int number = at / segmentBytes + 1;
    while ((long) number * segmentBytes < end
        && !segments.asMap().containsKey(new SegmentKey(range.key(), number))) {
      number++;
    }
    return number;
  }

  private static void onRemoval(
      @Nullable SegmentKey key, SegmentPool.@Nullable Segment segment, RemovalCause cause) {
    if (segment != null) {
      segment.letGo();
    }
  }

  private static void copy(ByteBuffer source, ByteSink sink, Rung rung) throws IOException {
    while (source.hasRemaining()) {
      ByteBuffer room = sink.claim(source.remaining());
      int step = Math.min(room.remaining(), source.remaining());
      room.put(source.slice(source.position(), step));
      source.position(source.position() + step);
      sink.commit(step, rung);
    }
  }

  /**
   * Takes a segment-rounded read straight into segments, passes the wanted middle on to the reader,
   * and publishes each segment once it is whole. When no segment is free the bytes pass through a
   * scratch buffer and are not kept.
   */
  private final class Remembering implements ByteSink, AutoCloseable {
    private final BlockRange wanted;
    private final ByteSink reader;
    private final int end;
    private SegmentPool.@Nullable Segment segment;
    private @Nullable ByteBuffer room;
    private int at;
    private int delivered;

    Remembering(BlockRange wanted, ByteSink reader) {
      this.wanted = wanted;
      this.reader = reader;
      BlockRange rounded = wanted.roundedTo(segmentBytes);
      this.at = rounded.offset();
      this.end = rounded.offset() + rounded.length();
    }

    @Override
    public ByteBuffer claim(int maxBytes) {
      int inSegment = at % segmentBytes;
      int count = Math.min(Math.min(segmentBytes - inSegment, end - at), maxBytes);
      return current().slice(inSegment, count);
    }

    @Override
    public void commit(int bytes, Rung rung) throws IOException {
      int from = at;
      at += bytes;
      int start = Math.max(from, wanted.offset());
      int stop = Math.min(at, wanted.offset() + wanted.length());
      if (start < stop) {
        copy(current().slice(start % segmentBytes, stop - start), reader, rung);
        delivered += stop - start;
      }
      if (at % segmentBytes == 0 || at == wanted.blockLength()) {
        publish(from / segmentBytes);
      }
    }

    @Override
    public void close() {
      if (segment != null) {
        segment.letGo();
      }
    }

    private ByteBuffer current() {
      if (room == null) {
        segment = pool.take();
        room = segment != null ? segment.bytes(0, segmentBytes) : ByteBuffer.allocate(segmentBytes);
      }
      return room;
    }

    private void publish(int number) {
      if (segment != null) {
        segments.put(new SegmentKey(wanted.key(), number), segment);
      } else {
        notKept.increment();
      }
      segment = null;
      room = null;
    }
  }
}
