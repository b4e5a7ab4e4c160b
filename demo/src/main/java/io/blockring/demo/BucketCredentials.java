package io.blockring.demo;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/** A key pair that an S3 endpoint accepts. Its text shows no secret. */
public record BucketCredentials(String accessKey, String secretKey) {

  /** New ones, good for one run. */
  public static BucketCredentials random() {
    return new BucketCredentials("demo" + randomHex(8), randomHex(20));
  }

  /** What the default credential chain of any AWS SDK reads from the environment. */
  public Map<String, String> environment() {
    return Map.of("AWS_ACCESS_KEY_ID", accessKey, "AWS_SECRET_ACCESS_KEY", secretKey);
  }

  @Override
  public String toString() {
    return accessKey;
  }

  private static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
