package io.blockring.node.blockport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/** What a {@link BlockPort} has done since it was made. Gauges say so; the rest only grows. */
public final class BlockPortCounters {

  /**
   * A kind of request.
   *
   * @param form {@code resident}, {@code filling}, {@code plain} or {@code batch}; {@code none} for
   *     refusals
   * @param kind {@code read} or {@code peek}; {@code none} when the request could not be read
   */
  public record Label(String form, String kind, int status) {}

  private final Map<Label, LongAdder> requests = new ConcurrentHashMap<>();

  /** Bytes of blocks handed to the kernel, without heads, checksums and frames. */
  public final LongAdder bytes = new LongAdder();

  /** Connections taken in. */
  public final LongAdder connections = new LongAdder();

  /** Gauge: connections open now. */
  public final LongAdder openConnections = new LongAdder();

  /** Connections and requests refused because a limit was reached. */
  public final LongAdder shed = new LongAdder();

  /** Gauge: requests being answered now. */
  public final LongAdder inFlight = new LongAdder();

  /** 102 replies and empty frames sent. */
  public final LongAdder signsOfLife = new LongAdder();

  /** Replies broken off after their head had left. */
  public final LongAdder brokenOff = new LongAdder();

  /** Connections reset because their reader took nothing for too long, or took too long in all. */
  public final LongAdder slowReaders = new LongAdder();

  /** Requests that came because a reader's checksums had failed. */
  public final LongAdder suspects = new LongAdder();

  /** Items of batches that left with their bytes. */
  public final LongAdder batchItemsSent = new LongAdder();

  /** Items of batches that were told why not. */
  public final LongAdder batchItemsRefused = new LongAdder();

  /** Of the bodies of batches that come in or are answered. */
  public final LongAdder batchBodyBytes = new LongAdder();

  BlockPortCounters() {}

  void answered(String form, String kind, int status) {
    requests.computeIfAbsent(new Label(form, kind, status), label -> new LongAdder()).increment();
  }

  /** How many requests of each kind have been answered. */
  public void forEachRequestCount(ObjLongConsumer<Label> consumer) {
    requests.forEach((label, count) -> consumer.accept(label, count.sum()));
  }

  /** Requests answered with this form and status. */
  public long requests(String form, int status) {
    long[] sum = new long[1];
    forEachRequestCount(
        (label, count) -> sum[0] += label.form.equals(form) && label.status == status ? count : 0);
    return sum[0];
  }
}
