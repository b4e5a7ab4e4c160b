package io.blockring.node.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One entry of {@code mounts}: a name bound to an origin. */
public record MountSettings(
    @Setting(
            doc = "Where the bytes are: s3://BUCKET, s3://BUCKET/PREFIX or file:///DIR.",
            isRequired = true)
        String origin,
    @Setting(doc = "URL of the S3 endpoint. Empty: the one of AWS for the region.") String endpoint,
    @Setting(doc = "Region to sign for. Empty: as the AWS environment says, else us-east-1.")
        String region,
    @Setting(
            doc = "Put the bucket into the path, as most stores other than AWS want it.",
            value = "false")
        boolean pathStyle,
    @Setting(
            doc =
                "What tells two contents of a key apart: auto (version id, else strong ETag),"
                    + " version-id, etag. Files always use size and modification time.",
            value = "auto")
        IdentityMode identity,
    @Setting(
            doc =
                "How long the current version of a key may be taken for granted: immutable, always"
                    + " (ask at every open), or ttl:30s.",
            value = "ttl:30s")
        Freshness freshness,
    @Setting(doc = "Size of a block, a power of two between 256KiB and 16MiB.", value = "4MiB")
        ByteSize blockBytes,
    @Setting(doc = "How to sign requests.") CredentialSettings credentials,
    @Setting(doc = "Requests to this origin at the same time.", value = "64")
        int maxConcurrentRequests,
    @Setting(doc = "Longest wait for a connection to the origin.", value = "3s")
        Duration connectTimeout,
    @Setting(doc = "One request to the origin, from start to its last byte.", value = "30s")
        Duration requestTimeout)
    implements Checked {

  /** What identity is taken from. */
  public enum IdentityMode {
    AUTO,
    VERSION_ID,
    ETAG
  }

  private static final long MIN_BLOCK = 256L << 10;
  private static final long MAX_BLOCK = 16L << 20;

  /** Whether this and the other get one mount id: see {@code MountId}. */
  boolean isSameOrigin(MountSettings other) {
    return withoutSlashes(origin).equals(withoutSlashes(other.origin))
        && withoutSlashes(endpoint).equals(withoutSlashes(other.endpoint))
        && blockBytes.equals(other.blockBytes)
        && identity == other.identity;
  }

  private static String withoutSlashes(String address) {
    return address.replaceAll("/+$", "");
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!origin.matches("s3://[A-Za-z0-9][A-Za-z0-9._-]*(/.*)?|file:///.*")) {
      problems.add("mounts: origin '" + origin + "' is neither s3://BUCKET/PREFIX nor file:///DIR");
    }
    if (!endpoint.isEmpty() && !endpoint.matches("https?://[^/]+/?")) {
      problems.add("mounts: endpoint '" + endpoint + "' is not http(s)://HOST:PORT");
    }
    long bytes = blockBytes.bytes();
    if (bytes < MIN_BLOCK || bytes > MAX_BLOCK || Long.bitCount(bytes) != 1) {
      problems.add(
          "mounts: blockBytes "
              + blockBytes
              + " of "
              + origin
              + " is not a power of two between 256KiB and 16MiB");
    }
    if (maxConcurrentRequests < 1) {
      problems.add("mounts: maxConcurrentRequests " + maxConcurrentRequests + " is below 1");
    }
    return problems;
  }
}
