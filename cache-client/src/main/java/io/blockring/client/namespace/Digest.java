package io.blockring.client.namespace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The first 128 bits of a SHA-256 over length-prefixed fields: names bytes for ever, so that equal
 * digests may be taken for equal fields.
 */
public record Digest(long high, long low) implements Comparable<Digest> {

  /** Digest of the fields in this order. {@code ("ab", "c")} and {@code ("a", "bc")} differ. */
  public static Digest of(String... fields) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    for (String field : fields) {
      byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
      sha256.update(bytes);
    }
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
    return new Digest(hash.getLong(), hash.getLong());
  }

  /** Reads what {@link #toString} wrote: 32 hex digits. */
  public static Digest parse(String hex) {
    if (hex.length() != 32) {
      throw new IllegalArgumentException(
          "a digest has 32 hex digits, not " + hex.length() + ": '" + hex + "'");
    }
    return new Digest(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }

  @Override
  public int compareTo(Digest other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** 32 lower-case hex digits. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
