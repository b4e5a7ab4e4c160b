package io.blockring.node.blockport;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Rung;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A block on its way in, as one of its readers sees it. Bytes appear from the front; those below
 * {@link #available} are final. Safe for many threads.
 */
public interface Filling extends AutoCloseable {

  /** Bytes of the whole block. */
  int length();

  /** How many bytes from the front are there. Grows; read it before {@link #outcome}. */
  int available();

  /**
   * Where the bytes come from; meaningful once {@link #available} is above 0 or the fill is over.
   */
  Rung rung();

  /** Null while the fill runs; then {@link Answer.Complete}, or why it ended early. */
  @Nullable Answer outcome();

  /**
   * A read-only view of available bytes in a direct buffer; valid until {@link #close}.
   *
   * @throws IndexOutOfBoundsException beyond {@link #available}
   */
  ByteBuffer bytes(int offset, int length);

  /**
   * Calls back after every progress and at the end, at least once after the registration that it
   * races with. On the filler's thread: must not block. Listeners are dropped on close.
   */
  void onProgress(Runnable listener);

  /** Lets go of the bytes. The fill itself goes on for others and for the store. */
  @Override
  void close();
}
