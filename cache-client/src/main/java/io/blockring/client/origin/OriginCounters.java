package io.blockring.client.origin;

import io.blockring.client.origin.OriginException.Kind;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one origin was asked and what it said, from the process's start. Read by metrics at any
 * time; written by origins only.
 */
public final class OriginCounters {
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder abandoned = new LongAdder();
  private final Map<Kind, LongAdder> failed = new EnumMap<>(Kind.class);
  private final LongAdder retries = new LongAdder();
  private final LongAdder notRetried = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();
  private final LongAdder shed = new LongAdder();
  private final LongAdder ignoredPreconditions = new LongAdder();
  private final LongAdder inFlight = new LongAdder();
  private final LongAdder waiting = new LongAdder();
  private final AtomicInteger concurrencyLimit = new AtomicInteger();

  public OriginCounters() {
    Arrays.stream(Kind.values()).forEach(kind -> failed.put(kind, new LongAdder()));
  }

  /** Requests answered as asked, to the last byte. Every request is counted under one outcome. */
  public long succeeded() {
    return succeeded.sum();
  }

  /** Requests that failed in this way; each attempt counts. */
  public long failed(Kind kind) {
    return adder(kind).sum();
  }

  /** Requests whose reader closed the body before its end. */
  public long abandoned() {
    return abandoned.sum();
  }

  /** All requests that ended. */
  public long requests() {
    long sum = succeeded() + abandoned();
    for (Kind kind : Kind.values()) {
      sum += failed(kind);
    }
    return sum;
  }

  /** Requests that asked a failed question again. */
  public long retries() {
    return retries.sum();
  }

  /** Failures passed on at once because too much had been asked again. */
  public long notRetried() {
    return notRetried.sum();
  }

  /** Body bytes given to readers. */
  public long bytes() {
    return bytes.sum();
  }

  /**
   * Body bytes as they came over the wire: fewer than {@link #bytes} where they came compressed.
   */
  public long receivedBytes() {
    return receivedBytes.sum();
  }

  /** Callers sent away without a request, because the queue was full or their deadline came. */
  public long shed() {
    return shed.sum();
  }

  /** Answers of another version although the request had a precondition: the store ignores it. */
  public long ignoredPreconditions() {
    return ignoredPreconditions.sum();
  }

  /** Requests running now, with their bodies. */
  public long inFlight() {
    return inFlight.sum();
  }

  /** Callers waiting now for their turn. */
  public long waiting() {
    return waiting.sum();
  }

  /** How many requests may run at once now. */
  public int concurrencyLimit() {
    return concurrencyLimit.get();
  }

  public void countSuccess() {
    succeeded.increment();
  }

  public void countFailure(Kind kind) {
    adder(kind).increment();
  }

  public void countAbandoned() {
    abandoned.increment();
  }

  public void countRetry() {
    retries.increment();
  }

  public void countNotRetried() {
    notRetried.increment();
  }

  public void countBytes(long count) {
    bytes.add(count);
  }

  public void countReceivedBytes(long count) {
    receivedBytes.add(count);
  }

  public void countIgnoredPrecondition() {
    ignoredPreconditions.increment();
  }

  void countShed() {
    shed.increment();
  }

  void addInFlight(int change) {
    inFlight.add(change);
  }

  void addWaiting(int change) {
    waiting.add(change);
  }

  void setConcurrencyLimit(int limit) {
    concurrencyLimit.set(limit);
  }

  private LongAdder adder(Kind kind) {
    // Every kind was put there by the constructor.
    return Objects.requireNonNull(failed.get(kind));
  }
}
