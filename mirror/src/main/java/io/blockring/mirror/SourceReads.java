package io.blockring.mirror;

import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The source region as a replicator reads it: names from the source itself, versions and bytes
 * through the cluster, so that what a reader brought over the link is not brought again, and what
 * the replicator brings is there for readers.
 */
public interface SourceReads {

  /** One page of all names in key order. */
  ListPage list(@Nullable String startAfter, long deadlineNanos) throws OriginException;

  /** The current version of a key. */
  OpenObject open(String key, ReadScope scope) throws ReadException;

  /** Fills the rest of the buffer with the bytes from {@code offset} on. */
  void read(OpenObject object, long offset, ByteBuffer target, ReadScope scope)
      throws ReadException;

  /**
   * The MD5 of the current object in hex, where the source vouches for one.
   *
   * @return empty when it does not
   */
  String md5(String key, long deadlineNanos) throws OriginException;
}
