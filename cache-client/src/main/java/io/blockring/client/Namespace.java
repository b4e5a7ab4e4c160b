package io.blockring.client;

import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.MountId;
import io.blockring.client.origin.ListPage;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every mounted object, readable: what the S3 endpoint, the admin API, the FUSE mount and
 * applications stand on. Calls block; make them on virtual threads. Safe for many threads.
 */
public interface Namespace {

  /**
   * A name bound to an origin.
   *
   * @param name without slashes: the first part of every path and the S3 endpoint's bucket
   * @param replicas how many members keep each of its blocks
   */
  record Mount(String name, MountId id, int blockBytes, int replicas) {

    /** One of whose blocks one member keeps each. */
    public Mount(String name, MountId id, int blockBytes) {
      this(name, id, blockBytes, 1);
    }
  }

  /** What an open is for. */
  enum Intent {
    /** Bytes will be read: a cold key costs one GET of its first block. */
    READ,
    /** Only metadata: a cold key costs one HEAD. */
    STAT
  }

  /** All mounts, by name. */
  List<Mount> mounts();

  /**
   * A mount by name.
   *
   * @return null when no mount is called that
   */
  @Nullable Mount mount(String name);

  /**
   * Asks the key's resolver which version is current. All reads of the result answer from that one
   * version.
   *
   * @throws ReadException of kind NOT_FOUND, DENIED, THROTTLED, UNAVAILABLE or BUSY
   */
  OpenObject open(Mount mount, String key, Intent intent, ReadScope scope) throws ReadException;

  /**
   * Delivers {@code length} bytes from {@code offset} to the sink, in order, verified. Each commit
   * names its rung. When it throws, what was committed is right and of this version, and the rest
   * is missing.
   *
   * @return the deepest rung that was needed
   * @throws ReadException of kind CHANGED, DENIED, THROTTLED, UNAVAILABLE or BUSY
   * @throws IOException only what the sink throws
   */
  Rung read(OpenObject object, long offset, long length, ByteSink sink, ReadScope scope)
      throws ReadException, IOException;

  /** One page of names in UTF-8 byte order, see {@link io.blockring.client.origin.Origin#list}. */
  ListPage list(
      Mount mount, String prefix, String delimiter, String startAfter, int maxKeys, ReadScope scope)
      throws ReadException;
}
