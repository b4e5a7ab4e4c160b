package io.blockring.node.blockport;

import io.blockring.client.namespace.Digest;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.WireText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The version that a request names, and the texts by which it does. A connection's next request
 * mostly names the same: then this stands for it again, since to read names and hash them (two
 * SHA-256) would cost more than all else in a small hit. Used on one event loop.
 */
final class NamedVersion {
  private final String mountText;
  private final String escapedKey;
  private final String escapedIdentity;
  private final long size;
  private final MountId mount;
  private final String key;
  private final Identity identity;
  private @Nullable Version version;
  private String digest = "";

  private NamedVersion(String mountText, String escapedKey, String escapedIdentity, long size)
      throws RefusedException {
    this.mountText = mountText;
    this.escapedKey = escapedKey;
    this.escapedIdentity = escapedIdentity;
    this.size = size;
    this.mount = MountId.parse(mountText);
    this.key = key(escapedKey);
    this.identity = Identity.parse(WireText.unescape(escapedIdentity));
  }

  private NamedVersion(Version held) {
    this.mountText = "";
    this.escapedKey = "";
    this.escapedIdentity = "";
    this.size = held.size();
    this.mount = held.name().mount();
    this.key = held.name().key();
    this.identity = held.identity();
    this.version = held;
    this.digest = held.digest().toString();
  }

  /** Of a block that is asked for by its digest. */
  static NamedVersion held(String digest, int blockIndex, long length) throws RefusedException {
    if (length < 1 || length > Integer.MAX_VALUE) {
      throw new RefusedException(
          Refusal.MALFORMED, BlockWire.SIZE + " of a block is 1 to 2^31-1, not " + length);
    }
    return new NamedVersion(Version.unnamed(Digest.parse(digest), blockIndex, (int) length));
  }

  /** Whether it is asked for by the digest of its version. */
  boolean isHeld() {
    return mountText.isEmpty();
  }

  /**
   * @param previous what the connection's last request named; null when there was none
   * @throws IllegalArgumentException when the texts name nothing
   */
  static NamedVersion of(
      @Nullable NamedVersion previous,
      String mountText,
      String escapedKey,
      String escapedIdentity,
      long size)
      throws RefusedException {
    if (previous != null
        && previous.size == size
        && previous.escapedIdentity.equals(escapedIdentity)
        && previous.escapedKey.equals(escapedKey)
        && previous.mountText.equals(mountText)) {
      return previous;
    }
    return new NamedVersion(mountText, escapedKey, escapedIdentity, size);
  }

  private static String key(String escaped) throws RefusedException {
    if (escaped.indexOf('?') >= 0 || escaped.indexOf('#') >= 0) {
      throw new RefusedException(Refusal.MALFORMED, "? and # in a key must be escaped");
    }
    String key = WireText.unescape(escaped);
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > BlockWire.MAX_KEY_BYTES) {
      throw new RefusedException(
          Refusal.MALFORMED, "a key of " + bytes + " bytes, at most " + BlockWire.MAX_KEY_BYTES);
    }
    return key;
  }

  MountId mount() {
    return mount;
  }

  /**
   * The version in blocks of this size.
   *
   * @throws IllegalArgumentException when there is no such version
   */
  Version version(int blockBytes) {
    Version known = version;
    if (known == null || (known.blockBytes() != blockBytes && !isHeld())) {
      known = new Version(new ObjectName(mount, key), identity, size, blockBytes);
      version = known;
      digest = known.digest().toString();
    }
    return known;
  }

  /** Of the version, as replies say it; empty before it was asked for. */
  String digest() {
    return digest;
  }

  @Override
  public String toString() {
    return isHeld() ? digest : escapedKey + "@" + escapedIdentity + " of mount " + mountText;
  }
}
