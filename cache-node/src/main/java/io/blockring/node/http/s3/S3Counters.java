package io.blockring.node.http.s3;

import io.blockring.client.ladder.Rung;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the S3 endpoint has done since it was made. Cheap to count, safe to read from any thread.
 */
public final class S3Counters {

  /** Things that happen. */
  public enum Event {
    /** A request was read. */
    REQUEST,
    /** A request waited too long for its turn and got 503. */
    SHED_REQUEST,
    /** A connection beyond the limit was closed. */
    SHED_CONNECTION,
    /** A response could not be finished, so its connection was reset. */
    RESET,
    /** A reader took no bytes until its deadline; its connection was reset. */
    STALLED_READER,
    /** A reader went away before its response was complete. */
    DISCONNECT
  }

  private final Map<Event, LongAdder> events = adders(Event.class);
  private final Map<S3Code, LongAdder> errors = adders(S3Code.class);
  private final Map<Rung, LongAdder> bytes = adders(Rung.class);
  private final LongAdder connections = new LongAdder();
  private final LongAdder active = new LongAdder();
  private final LongAdder queued = new LongAdder();

  private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
    Map<E, LongAdder> adders = new EnumMap<>(type);
    for (E each : type.getEnumConstants()) {
      adders.put(each, new LongAdder());
    }
    return adders;
  }

  private static <E extends Enum<E>> LongAdder in(Map<E, LongAdder> adders, E which) {
    return Objects.requireNonNull(adders.get(which));
  }

  public long count(Event event) {
    return in(events, event).sum();
  }

  /** Error documents of this code (of HEAD requests too, which have no document). */
  public long errors(S3Code code) {
    return in(errors, code).sum();
  }

  /** Bytes of objects that came from this rung into responses. */
  public long bytes(Rung rung) {
    return in(bytes, rung).sum();
  }

  /** Open at the moment. */
  public long connections() {
    return connections.sum();
  }

  /** Requests at work at the moment. */
  public long active() {
    return active.sum();
  }

  /** Requests that wait for their turn at the moment. */
  public long queued() {
    return queued.sum();
  }

  void add(Event event) {
    in(events, event).increment();
  }

  void add(S3Code code) {
    in(errors, code).increment();
  }

  void add(Rung rung, int delivered) {
    in(bytes, rung).add(delivered);
  }

  void connectionOpened() {
    connections.increment();
  }

  void connectionClosed() {
    connections.decrement();
  }

  void requestQueued() {
    queued.increment();
  }

  void requestUnqueued() {
    queued.decrement();
  }

  void requestStarted() {
    active.increment();
  }

  void requestEnded() {
    active.decrement();
  }
}
