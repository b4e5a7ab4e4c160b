package io.blockring.client.origin;

import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Identity;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bucket (and prefix) or a directory: the truth that is cached. Calls block and are made on
 * virtual threads; each gives up at its deadline. Implementations hold their own connections and
 * bound how many requests run at once; a throttled origin is asked less (AIMD), a caller then waits
 * or is told {@link OriginException.Kind#THROTTLED}.
 *
 * <p>Keys are relative to the mount: an implementation adds and removes its prefix.
 */
public interface Origin extends AutoCloseable {

  /**
   * This origin as it is asked for the sake of such traffic; the same where that is no matter.
   *
   * @param trafficClass looked at again while a request waits
   */
  default Origin askedFor(Supplier<TrafficClass> trafficClass) {
    return this;
  }

  /**
   * Asks for an object's metadata without its bytes.
   *
   * @param deadlineNanos on {@link System#nanoTime}'s clock, here and below
   */
  ObjectMetadata head(String key, long deadlineNanos) throws OriginException;

  /**
   * Reads the first {@code maxBytes} of whatever version is current, in one request that also tells
   * its metadata. An empty object has an empty body.
   */
  Body getFirst(String key, int maxBytes, long deadlineNanos) throws OriginException;

  /**
   * Reads bytes of one exact version ({@code If-Match}, or the bucket's version id). Status,
   * content range, length and identity of the answer are checked before the first byte is given
   * out.
   *
   * @throws OriginException of kind {@link OriginException.Kind#CHANGED} when the version is not
   *     there any more
   */
  Body getRange(
      String key, Identity identity, long size, long offset, int length, long deadlineNanos)
      throws OriginException;

  /**
   * One page of names in key order (UTF-8 byte order).
   *
   * @param delimiter empty, or what folds names into common prefixes
   * @param startAfter names after this one only, empty for the first page
   */
  ListPage list(
      String prefix, String delimiter, @Nullable String startAfter, int maxKeys, long deadlineNanos)
      throws OriginException;

  /**
   * The MD5 of the current object, where the origin vouches for one: stores that keep it as the
   * ETag of what was uploaded in one piece and is not encrypted with a key of somebody's own.
   *
   * @return in hex; empty when the origin has none
   */
  default String md5(String key, long deadlineNanos) throws OriginException {
    return "";
  }

  /**
   * What the origin vouches for of all bytes of one version, where it keeps such a checksum. Costs
   * a request.
   *
   * @return null when it keeps none, or the version is not current any more
   */
  default @Nullable ObjectChecksum checksum(String key, Identity identity, long deadlineNanos)
      throws OriginException {
    return null;
  }

  /**
   * How much of what failed here may be asked again: one for the origin itself and for who reads
   * from it, so that an outage is not paid for twice. The origin tells it of its questions.
   */
  RetryBudget retries();

  @Override
  void close();

  /** A response's bytes as they arrive. Close it always; closing early drops the connection. */
  interface Body extends AutoCloseable {

    /** Of the version that these bytes belong to; {@code size} is the whole object's. */
    ObjectMetadata metadata();

    /** How many bytes this body has when it is whole. */
    int length();

    /**
     * Puts the next bytes into the buffer.
     *
     * @return how many, at least 1; -1 after the last
     * @throws OriginException when the body ends early, stalls beyond the deadline, or its identity
     *     is not the asked one
     */
    int read(ByteBuffer target) throws OriginException;

    @Override
    void close();
  }
}
