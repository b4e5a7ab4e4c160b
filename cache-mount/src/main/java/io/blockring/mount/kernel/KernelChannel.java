package io.blockring.mount.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One line to the kernel: requests come out of it, their answers go back into the same one. One
 * thread receives; any thread answers.
 */
public interface KernelChannel extends AutoCloseable {

  /**
   * Waits for a request.
   *
   * @return null when the file system is unmounted
   */
  @Nullable Request receive() throws IOException;

  /**
   * Answers with what remains of these buffers, one after the other.
   *
   * @return false when nobody waits for it any more: what the answer promised does not count
   */
  boolean answer(long unique, ByteBuffer... pieces) throws IOException;

  /** Answers with one of {@link Errno}. */
  boolean refuse(long unique, int errno) throws IOException;

  @Override
  void close();
}
