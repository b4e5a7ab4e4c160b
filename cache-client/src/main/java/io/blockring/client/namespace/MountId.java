package io.blockring.client.namespace;

/**
 * Names one way of reading one origin. Two mounts that differ in anything that could change bytes
 * or their division into blocks have different ids, so they never share a block.
 */
public record MountId(Digest digest) {

  /**
   * @param location where the bytes are, without credentials: {@code s3://bucket/prefix} or {@code
   *     file:///dir}
   * @param endpoint the S3 endpoint's address, empty for the cloud's own or for files
   * @param blockBytes size of every block but an object's last
   * @param identityMode how identities are taken, see the mount's settings
   */
  public static MountId of(String location, String endpoint, int blockBytes, String identityMode) {
    return new MountId(
        Digest.of("mount", location, endpoint, Integer.toString(blockBytes), identityMode));
  }

  public static MountId parse(String hex) {
    return new MountId(Digest.parse(hex));
  }

  @Override
  public String toString() {
    return digest.toString();
  }
}
