package io.blockring.client.object;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.CountedSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Reads any bytes of one version through a ladder: cuts them into blocks, reads ahead where a
 * reader goes from block to block, in one read or in many, waits when the cluster or the bucket
 * asks for patience, and turns the ladder's answers into what readers catch.
 */
public final class ObjectReads {
  /** Blocks fetched ahead of readers at once, for them all. */
  private static final int MOST_FETCHED_AHEAD = 16;

  private final BlockSource ladder;
  private final ByteBudget budget;
  private final int aheadBlocks;
  private final int parallelBlocks;
  private final SequentialReads sequences;
  private final Semaphore fetches = new Semaphore(MOST_FETCHED_AHEAD);

  /**
   * @param aheadBlocks how many blocks a streaming reader may be ahead of itself
   * @param parallelBlocks how many blocks of one bulk read are fetched at once
   */
  public ObjectReads(BlockSource ladder, ByteBudget budget, int aheadBlocks, int parallelBlocks) {
    this.ladder = ladder;
    this.budget = budget;
    this.aheadBlocks = aheadBlocks;
    this.parallelBlocks = parallelBlocks;
    this.sequences = new SequentialReads(aheadBlocks);
  }

  /**
   * Streams a range in order.
   *
   * @return the deepest rung that was needed
   */
  public Rung stream(Version version, long offset, long length, ByteSink sink, ReadScope scope)
      throws ReadException, IOException {
    List<BlockRange> ranges = cut(version, offset, length);
    fetchAhead(version, offset, length, scope);
    CountedSink counted = new CountedSink(sink);
    Deque<ReadAhead> ahead = new ArrayDeque<>();
    int started = 1;
    try {
      for (int i = 0; i < ranges.size(); i++) {
        started = Math.max(started, i + 1);
        while (started < ranges.size() && started <= i + aheadBlocks) {
          ReadAhead next = ReadAhead.start(ladder, ranges.get(started), budget, scope);
          if (next == null) {
            break;
          }
          ahead.addLast(next);
          started++;
        }
        ReadAhead first = ahead.peekFirst();
        if (first != null && first.range().equals(ranges.get(i))) {
          ahead.removeFirst();
          deliver(ranges.get(i), first, counted, scope);
        } else {
          deliver(ranges.get(i), counted, scope);
        }
      }
      return counted.deepest();
    } finally {
      ahead.forEach(ReadAhead::close);
    }
  }

  /**
   * Fills the rest of a buffer from {@code offset} on, many blocks at once, each straight into its
   * place.
   *
   * @return the deepest rung that was needed
   * @throws ReadException the first failure; the buffer's contents are then undefined, its position
   *     unchanged
   */
  public Rung bulk(Version version, long offset, ByteBuffer target, ReadScope scope)
      throws ReadException {
    BulkRead read =
        new BulkRead(
            (range, place) -> {
              CountedSink counted = new CountedSink(place);
              deliver(range, counted, scope);
              return counted.deepest();
            },
            parallelBlocks);
    Rung deepest = read.run(cut(version, offset, target.remaining()), target, scope.traceId());
    target.position(target.limit());
    return deepest;
  }

  /**
   * A reader who comes back for the bytes behind these shall not find each block cold. The first
   * byte of a block is asked for: whoever owns it brings in all of it, and nothing is kept here.
   */
  private void fetchAhead(Version version, long offset, long length, ReadScope scope) {
    if (length == 0 || scope.trafficClass() != TrafficClass.READ) {
      return;
    }
    SequentialReads.Coming coming = sequences.begins(version, offset, length);
    for (int block = coming.first(); block < coming.end() && fetches.tryAcquire(); block++) {
      BlockRange first = new BlockRange(version, block, 0, 1);
      ReadScope own =
          new ReadScope(scope.traceId(), TrafficClass.READ_AHEAD, scope.deadlineNanos());
      Thread.ofVirtual().name("fetch-ahead-" + scope.traceId()).start(() -> fetch(first, own));
    }
  }

  private void fetch(BlockRange first, ReadScope scope) {
    try {
      ladder.read(first, new Unread(), scope);
    } catch (IOException e) {
      throw new IllegalStateException("bytes that nobody reads are never refused", e);
    } finally {
      fetches.release();
    }
  }

  /** Takes bytes that nobody reads. */
  private static final class Unread implements ByteSink {
    private final ByteBuffer room = ByteBuffer.allocate(1);

    @Override
    public ByteBuffer claim(int maxBytes) {
      return room.clear();
    }

    @Override
    public void commit(int bytes, Rung rung) {}
  }

  private void deliver(BlockRange range, ReadAhead ahead, CountedSink sink, ReadScope scope)
      throws ReadException, IOException {
    long before = sink.delivered();
    try (ahead) {
      Answer answer = ahead.copyTo(sink, scope);
      if (answer instanceof Answer.Complete) {
        return;
      }
    }
    // Whatever went wrong ahead of the reader: the reader itself asks for the rest, and gets the
    // true answer.
    deliver(range.after((int) (sink.delivered() - before)), sink, scope);
  }

  private void deliver(BlockRange range, CountedSink sink, ReadScope scope)
      throws ReadException, IOException {
    long before = sink.delivered();
    for (int attempt = 1; ; attempt++) {
      Answer answer = ladder.read(range.after((int) (sink.delivered() - before)), sink, scope);
      if (sink.delivered() - before == range.length()) {
        return;
      }
      Patience.await(attempt, range, answer, scope);
    }
  }

  private static List<BlockRange> cut(Version version, long offset, long length) {
    if (offset < 0 || length < 0 || offset > version.size() - length) {
      throw new IllegalArgumentException(
          "bytes " + offset + "+" + length + " are not in " + version);
    }
    List<BlockRange> ranges = new ArrayList<>();
    long end = offset + length;
    for (long at = offset; at < end; ) {
      int index = (int) (at / version.blockBytes());
      int inBlock = (int) (at % version.blockBytes());
      int count = (int) Math.min(end - at, version.blockLength(index) - inBlock);
      ranges.add(new BlockRange(version, index, inBlock, count));
      at += count;
    }
    return ranges;
  }
}
