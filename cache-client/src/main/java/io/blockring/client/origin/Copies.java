package io.blockring.client.origin;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A bucket as the home of copies: objects that say of themselves which version of another origin's
 * object they are. Every answer is held against that mark before a byte is given out, so that an
 * object which is no copy, or one of another version, is as good as not there. Calls block, and
 * each gives up at its deadline, as an {@link Origin}'s do.
 */
public interface Copies extends AutoCloseable {

  /**
   * Reads bytes of the copy of one version, in one request.
   *
   * @param wanted the source's metadata, with an identity
   * @throws OriginException of kind NOT_FOUND when there is no object, CHANGED when the object is
   *     not a copy of this version
   */
  Origin.Body getRange(
      String key, ObjectMetadata wanted, long offset, int length, long deadlineNanos)
      throws OriginException;

  /**
   * The metadata of the version of which the object is a copy, as its source gave it.
   *
   * @return null when there is no object, or one that is no copy or not whole
   */
  @Nullable ObjectMetadata head(String key, long deadlineNanos) throws OriginException;

  /** One page of names, see {@link Origin#list}. Not all of them need be copies. */
  ListPage list(@Nullable String startAfter, int maxKeys, long deadlineNanos)
      throws OriginException;

  /** Stores a copy in one request, over whatever is there. The bucket checks the bytes. */
  void put(String key, ObjectMetadata source, ByteBuffer bytes, long deadlineNanos)
      throws OriginException;

  /** Begins to store a copy in parts of one size, at least 5 MiB each but the last. */
  Upload begin(String key, ObjectMetadata source, long deadlineNanos) throws OriginException;

  @Override
  void close();

  /** A copy on its way; nobody sees it before it is complete. For one thread. */
  interface Upload extends AutoCloseable {

    /** Sends the next part; the bucket checks its bytes. */
    void part(ByteBuffer bytes, long deadlineNanos) throws OriginException;

    /** Makes the parts one object, over whatever is there. */
    void complete(long deadlineNanos) throws OriginException;

    /** Lets the bucket forget the parts, unless they were completed. Says nothing if it cannot. */
    @Override
    void close();
  }
}
