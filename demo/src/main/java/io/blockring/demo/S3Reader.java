package io.blockring.demo;

import io.blockring.client.ladder.Rung;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads through one node's S3 endpoint with the AWS SDK, as applications do. Many threads. */
final class S3Reader implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /**
   * One answered read.
   *
   * @param rung the deepest one it needed, from {@code x-cache}
   */
  record Read(Rung rung, ByteBuffer bytes, long nanos) {}

  private final S3Client client;
  private final URI endpoint;

  S3Reader(URI endpoint) {
    this.endpoint = endpoint;
    this.client =
        S3Client.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(config -> config.apiCallTimeout(DEADLINE))
            .build();
  }

  /** This way into one mount. */
  LadderReads.Reader of(String mount) {
    return (entry, offset, length) -> read(mount, entry.key(), offset, length);
  }

  /** Exactly these bytes, or an exception. */
  Read read(String mount, String key, long offset, int length) throws IOException {
    long start = System.nanoTime();
    try {
      ResponseBytes<GetObjectResponse> response =
          client.getObjectAsBytes(
              request ->
                  request
                      .bucket(mount)
                      .key(key)
                      .range("bytes=" + offset + "-" + (offset + length - 1)));
      long nanos = System.nanoTime() - start;
      ByteBuffer bytes = response.asByteBuffer();
      if (bytes.remaining() != length) {
        throw new IOException(
            endpoint
                + ": "
                + length
                + " bytes of "
                + key
                + " asked, "
                + bytes.remaining()
                + " came");
      }
      return new Read(rung(response.response()), bytes, nanos);
    } catch (SdkException e) {
      throw new IOException(endpoint + "/" + mount + "/" + key + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private Rung rung(GetObjectResponse response) throws IOException {
    return Rung.of(
        response
            .sdkHttpResponse()
            .firstMatchingHeader("x-cache")
            .orElseThrow(() -> new IOException(endpoint + ": an answer without x-cache")));
  }
}
