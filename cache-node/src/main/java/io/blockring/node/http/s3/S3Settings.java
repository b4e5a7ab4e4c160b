package io.blockring.node.http.s3;

import io.blockring.node.security.ApiKeys;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How the S3 endpoint serves.
 *
 * @param keys who may read what, as it is now; without any, requests are not authenticated and the
 *     endpoint stays on loopback unless {@code isInsecure}
 * @param isInsecure whether to serve beyond loopback without keys
 * @param domain where {@code <mount>.<domain>} is a virtual host, without a port; empty for path
 *     style only
 * @param region what HeadBucket and GetBucketLocation say; signatures of any region are accepted
 */
public record S3Settings(
    Supplier<ApiKeys> keys, boolean isInsecure, String domain, String region, Limits limits) {
  private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");

  public S3Settings {
    if (!domain.isEmpty() && !DOMAIN.matcher(domain).matches()) {
      throw new IllegalArgumentException(
          "the S3 domain is a host name without port, not '" + domain + "'");
    }
    if (region.isEmpty()) {
      throw new IllegalArgumentException("the S3 region is empty; us-east-1 is the usual one");
    }
  }

  /** No authentication, loopback only, path style, the default limits. */
  public static S3Settings loopback() {
    return new S3Settings(() -> ApiKeys.NONE, false, "", "us-east-1", Limits.defaults());
  }

  /**
   * What the endpoint may use at most.
   *
   * @param maxConnections more are closed as soon as they are accepted
   * @param maxRequests at work at once; each holds at most 512 KiB of send buffers
   * @param queueTimeout how long a request waits for its turn before it is answered 503
   * @param maxHeaderBytes of the request line, and again of all headers together
   * @param requestDeadline without a byte from any rung before a request fails
   * @param stallDeadline without a byte taken by the reader before its connection is reset
   * @param eventLoops threads that move bytes between buffers and sockets
   * @param compressions pieces compressed at once for a link
   * @param sendBufferBytes of each socket ({@code SO_SNDBUF})
   */
  public record Limits(
      int maxConnections,
      int maxRequests,
      Duration queueTimeout,
      int maxHeaderBytes,
      Duration requestDeadline,
      Duration stallDeadline,
      int eventLoops,
      int compressions,
      int sendBufferBytes) {

    public Limits {
      requireAtLeast(1, maxConnections, "maxConnections");
      requireAtLeast(1, maxRequests, "maxRequests");
      requireAtLeast(1024, maxHeaderBytes, "maxHeaderBytes");
      requireAtLeast(1, eventLoops, "eventLoops");
      requireAtLeast(1, compressions, "compressions");
      requireAtLeast(4096, sendBufferBytes, "sendBufferBytes");
      requirePositive(queueTimeout, "queueTimeout");
      requirePositive(requestDeadline, "requestDeadline");
      requirePositive(stallDeadline, "stallDeadline");
    }

    public static Limits defaults() {
      return new Limits(
          1024,
          256,
          Duration.ofMillis(100),
          16 * 1024,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          2,
          1,
          256 * 1024);
    }

    /** These limits with so many event loops, and so many pieces compressed at once. */
    public Limits sizedFor(int loops, int compressions) {
      return new Limits(
          maxConnections,
          maxRequests,
          queueTimeout,
          maxHeaderBytes,
          requestDeadline,
          stallDeadline,
          loops,
          compressions,
          sendBufferBytes);
    }

    private static void requireAtLeast(int least, int value, String name) {
      if (value < least) {
        throw new IllegalArgumentException(
            "S3 limit " + name + " is at least " + least + ", not " + value);
      }
    }

    private static void requirePositive(Duration value, String name) {
      if (!value.isPositive()) {
        throw new IllegalArgumentException("S3 limit " + name + " is positive, not " + value);
      }
    }
  }
}
