package io.blockring.client.namespace;

import java.util.Objects;

/**
 * One immutable content of one key: the same (mount, key, identity, size) names the same bytes for
 * ever. Everything cached is named by a version, so nothing cached is ever stale; only the question
 * which version is current can be.
 */
public final class Version {
  private static final String UNNAMED = "unnamed";

  private final ObjectName name;
  private final Identity identity;
  private final long size;
  private final int blockBytes;
  private final Digest digest;
  private final Placement placement;
  private final boolean isNamed;

  /**
   * @param size bytes of the whole object
   * @param blockBytes of the mount; part of the mount's id
   */
  public Version(ObjectName name, Identity identity, long size, int blockBytes) {
    if (size < 0 || size > (long) Integer.MAX_VALUE * blockBytes) {
      throw new IllegalArgumentException("size of " + name + " out of range: " + size);
    }
    if (blockBytes <= 0 || blockBytes % Blocks.CELL_BYTES != 0) {
      throw new IllegalArgumentException(
          "block size is not a multiple of " + Blocks.CELL_BYTES + ": " + blockBytes);
    }
    this.name = name;
    this.identity = identity;
    this.size = size;
    this.blockBytes = blockBytes;
    this.digest =
        Digest.of(
            "version",
            name.mount().toString(),
            name.key(),
            identity.toString(),
            Long.toString(size));
    this.placement = name.placement();
    this.isNamed = true;
  }

  private Version(Digest digest, int blockIndex, int blockLength) {
    this.name = new ObjectName(new MountId(digest), UNNAMED);
    this.identity = new Identity(Identity.Kind.ETAG, UNNAMED);
    this.blockBytes = Blocks.cells(blockLength) * Blocks.CELL_BYTES;
    this.size = (long) blockIndex * blockBytes + blockLength;
    this.digest = digest;
    this.placement = name.placement();
    this.isNamed = false;
  }

  /**
   * A version of which only the digest is known, as whoever holds one of its blocks knows it: good
   * for this one block, its key and its length. It has no name and no place in the ring.
   */
  public static Version unnamed(Digest digest, int blockIndex, int blockLength) {
    if (blockIndex < 0 || blockLength <= 0) {
      throw new IllegalArgumentException(
          "block " + blockIndex + " of " + digest + " with " + blockLength + " bytes");
    }
    return new Version(digest, blockIndex, blockLength);
  }

  /** Whether more than the digest is known. */
  public boolean isNamed() {
    return isNamed;
  }

  public ObjectName name() {
    return name;
  }

  public Identity identity() {
    return identity;
  }

  /** Bytes of the whole object. */
  public long size() {
    return size;
  }

  public int blockBytes() {
    return blockBytes;
  }

  /** 128 bits that stand for (mount, key, identity, size). */
  public Digest digest() {
    return digest;
  }

  public Placement placement() {
    return placement;
  }

  /** How many blocks; 0 for an empty object. */
  public int blockCount() {
    return (int) ((size + blockBytes - 1) / blockBytes);
  }

  /** Bytes of this block: {@link #blockBytes} but for the last. */
  public int blockLength(int index) {
    Objects.checkIndex(index, blockCount());
    return (int) Math.min(blockBytes, size - (long) index * blockBytes);
  }

  public BlockKey block(int index) {
    Objects.checkIndex(index, blockCount());
    return new BlockKey(digest, index);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Version that
        && digest.equals(that.digest)
        && size == that.size
        && blockBytes == that.blockBytes;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(digest.low());
  }

  @Override
  public String toString() {
    return name + "@" + identity + " (" + size + " bytes)";
  }
}
