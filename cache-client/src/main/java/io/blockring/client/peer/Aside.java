package io.blockring.client.peer;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A look at others while a peer is late with its reply: at most one for each request. Either the
 * reply comes first, or somebody else has the block and the reader leaves; never both.
 */
final class Aside {
  private enum State {
    WAITING,
    LOOKING,
    SETTLED,
    LEFT
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private final long lateAtNanos;
  private final Consumer<Aside> look;

  /**
   * @param look run on a thread of its own when the reply is late; calls {@link #leaves} when
   *     somebody has the block
   */
  Aside(long lateAtNanos, Consumer<Aside> look) {
    this.lateAtNanos = lateAtNanos;
    this.look = look;
  }

  /** On the watchdog's thread. */
  void lookIfLate(long now) {
    if (state.get() == State.WAITING
        && now - lateAtNanos >= 0
        && state.compareAndSet(State.WAITING, State.LOOKING)) {
      Thread.ofVirtual().name("look-aside").start(() -> look.accept(this));
    }
  }

  /** The reply is here, or its peer has said that it fills: returns whether that came first. */
  boolean settles() {
    return state.compareAndSet(State.WAITING, State.SETTLED)
        || state.compareAndSet(State.LOOKING, State.SETTLED)
        || state.get() == State.SETTLED;
  }

  /** Somebody else has the block: returns whether the reader shall go there. */
  boolean leaves() {
    return state.compareAndSet(State.LOOKING, State.LEFT);
  }

  boolean hasLeft() {
    return state.get() == State.LEFT;
  }
}
