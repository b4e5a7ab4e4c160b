package io.blockring.client.namespace;

/** Names the bytes of one block of one version, in stores and in memory. */
public record BlockKey(Digest version, int index) {

  @Override
  public int hashCode() {
    return Long.hashCode(version.low() * 0x9E3779B97F4A7C15L + index);
  }

  @Override
  public String toString() {
    return version + "/" + index;
  }
}
