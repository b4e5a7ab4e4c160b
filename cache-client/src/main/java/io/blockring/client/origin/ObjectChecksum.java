package io.blockring.client.origin;

/**
 * A checksum that an origin keeps of all bytes of an object.
 *
 * @param value of a CRC32C the lower 32 bits
 */
public record ObjectChecksum(Kind kind, long value) {

  /** Those that combine: of a whole, out of its parts. */
  public enum Kind {
    CRC32C,
    CRC64NVME
  }

  @Override
  public String toString() {
    return switch (kind) {
      case CRC32C -> "CRC32C %08x".formatted(value);
      case CRC64NVME -> "CRC64NVME %016x".formatted(value);
    };
  }
}
