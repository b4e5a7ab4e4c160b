package io.blockring.mirror;

import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.Copies;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginException;
import io.blockring.client.rate.TokenBucket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * Copies one object: reads a version through the cluster, part by part, and stores it with that
 * version's mark. Used by one thread, whose buffer of one part is all the memory it takes. A copy
 * nobody could check is not left behind: parts are checked by the bucket as they arrive, the whole
 * against the source's MD5 where that vouches for one, and the mark is read back.
 */
final class CopyJob {
  private static final int PART = 8 << 20;
  private static final int MOST_PARTS = 10_000;

  /** A part lies in memory, of each worker: what would need larger ones is not copied. */
  private static final long LARGEST_PART = 64L << 20;

  private final SourceReads source;
  private final Copies own;
  private final TokenBucket rate;
  private final Duration callTimeout;
  private final LongConsumer onBytes;
  private ByteBuffer part = ByteBuffer.allocate(0);

  /**
   * @param onBytes told how many bytes were stored, as they are
   */
  CopyJob(
      SourceReads source,
      Copies own,
      TokenBucket rate,
      Duration callTimeout,
      LongConsumer onBytes) {
    this.source = source;
    this.own = own;
    this.rate = rate;
    this.callTimeout = callTimeout;
    this.onBytes = onBytes;
  }

  /**
   * Copies the current version of a key, unless the own bucket has it.
   *
   * @return bytes stored; 0 when there was nothing to do
   */
  long copy(String key) throws ReadException, OriginException, InterruptedException, CopyException {
    OpenObject object = source.open(key, scope());
    Version version = object.version();
    if (version == null) {
      throw new CopyException(
          key + ": the source gives no strong identity, so no copy can be told");
    }
    ObjectMetadata wanted =
        new ObjectMetadata(
            version.identity(),
            version.size(),
            object.lastModifiedEpochMillis(),
            object.etag(),
            object.contentType());
    // The mark's times may differ from the listing's although it is this very version.
    if (wanted.equals(own.head(key, deadline()))) {
      return 0;
    }
    try {
      store(key, object, wanted);
    } catch (IllegalArgumentException e) {
      throw new CopyException(key + ": " + e.getMessage());
    }
    ObjectMetadata stored = own.head(key, deadline());
    if (stored == null || !version.identity().equals(stored.identity())) {
      throw new CopyException(key + ": the own bucket does not show the copy it has just taken");
    }
    return version.size();
  }

  private void store(String key, OpenObject object, ObjectMetadata wanted)
      throws ReadException, OriginException, InterruptedException, CopyException {
    MessageDigest md5 = md5();
    int partBytes = partBytes(key, wanted.size());
    if (wanted.size() <= partBytes) {
      ByteBuffer bytes = read(object, 0, (int) wanted.size());
      md5.update(bytes.duplicate());
      requireMd5(key, wanted, md5);
      own.put(key, wanted, bytes, deadline());
      onBytes.accept(wanted.size());
      return;
    }
    try (Copies.Upload upload = own.begin(key, wanted, deadline())) {
      for (long at = 0; at < wanted.size(); at += partBytes) {
        ByteBuffer bytes = read(object, at, (int) Math.min(partBytes, wanted.size() - at));
        md5.update(bytes.duplicate());
        upload.part(bytes.duplicate(), deadline());
        onBytes.accept(bytes.remaining());
      }
      requireMd5(key, wanted, md5);
      upload.complete(deadline());
    }
  }

  private ByteBuffer read(OpenObject object, long offset, int length)
      throws ReadException, InterruptedException {
    rate.await(length);
    if (part.capacity() < length) {
      part = ByteBuffer.allocate(length);
    }
    part.clear().limit(length);
    if (length > 0) {
      source.read(object, offset, part, scope());
    }
    return part.flip();
  }

  /** Of an object that was overwritten meanwhile the source vouches for another MD5: no proof. */
  private void requireMd5(String key, ObjectMetadata wanted, MessageDigest md5)
      throws OriginException, CopyException {
    String vouched = source.md5(key, deadline());
    String found = HexFormat.of().formatHex(md5.digest());
    boolean isOfThis = !vouched.isEmpty() && wanted.etag().contains(vouched);
    if (isOfThis && !vouched.equals(found)) {
      throw new CopyException(
          key + ": the bytes read have MD5 " + found + ", the source says " + vouched);
    }
  }

  private static int partBytes(String key, long size) throws CopyException {
    if (size > LARGEST_PART * MOST_PARTS) {
      throw new CopyException(
          "%s: %d bytes are more than %d parts of %d bytes, it is not copied"
              .formatted(key, size, MOST_PARTS, LARGEST_PART));
    }
    long least = (size + MOST_PARTS - 1) / MOST_PARTS;
    return (int) Math.max(PART, (least + (1 << 20) - 1) >> 20 << 20);
  }

  private ReadScope scope() {
    return new ReadScope(ReadScope.newTraceId(), TrafficClass.MIRROR, deadline());
  }

  private long deadline() {
    return System.nanoTime() + callTimeout.toNanos();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
