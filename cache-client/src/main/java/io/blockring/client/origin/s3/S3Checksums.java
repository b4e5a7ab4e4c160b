package io.blockring.client.origin.s3;

import io.blockring.client.origin.ObjectChecksum;
import io.blockring.client.origin.ObjectChecksum.Kind;
import java.math.BigInteger;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Which checksum of a HEAD's answer covers all bytes of the object. */
final class S3Checksums {
  private S3Checksums() {}

  /** Null when there is none: a checksum of checksums of parts says nothing about other parts. */
  static @Nullable ObjectChecksum ofWhole(HeadObjectResponse head) {
    if (head.checksumType() == ChecksumType.COMPOSITE) {
      return null;
    }
    ObjectChecksum crc64 = decoded(Kind.CRC64NVME, head.checksumCRC64NVME(), Long.BYTES);
    return crc64 != null ? crc64 : decoded(Kind.CRC32C, head.checksumCRC32C(), Integer.BYTES);
  }

  /** Stores without checksum types end a composite one with its number of parts: no Base64. */
  private static @Nullable ObjectChecksum decoded(Kind kind, @Nullable String text, int bytes) {
    if (text == null) {
      return null;
    }
    try {
      byte[] value = Base64.getDecoder().decode(text);
      return value.length == bytes
          ? new ObjectChecksum(kind, new BigInteger(1, value).longValue())
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
