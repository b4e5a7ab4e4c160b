package io.blockring.node.blockport;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Rung;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A block on its way in, as one of its readers sees it. What is there is final. Safe for many
 * threads.
 */
public interface Filling extends AutoCloseable {

  /** Bytes of the whole block. */
  int length();

  /**
   * How many bytes from this one on are there, without a gap. Grows; read it before {@link
   * #outcome}.
   */
  int availableFrom(int offset);

  /** Where the bytes come from; meaningful once some are there or the fill is over. */
  Rung rung();

  /** Null while the fill runs; then {@link Answer.Complete}, or why it ended early. */
  @Nullable Answer outcome();

  /**
   * Fills the rest of the target with bytes that are there.
   *
   * @return false when they were given back, see {@link #leaveToSlot}, or this is closed
   * @throws IndexOutOfBoundsException beyond {@link #availableFrom}
   */
  boolean read(int offset, ByteBuffer target);

  /**
   * This reader can do without the bytes once they are in their slot: a while after that they are
   * given back even if it has not read them, so that no slow reader keeps memory.
   */
  void leaveToSlot();

  /**
   * Calls back after every progress and at the end, at least once after the registration that it
   * races with. On the filler's thread: must not block. Listeners are dropped on close.
   */
  void onProgress(Runnable listener);

  /** Lets go of the bytes. The fill itself goes on for others and for the store. */
  @Override
  void close();
}
