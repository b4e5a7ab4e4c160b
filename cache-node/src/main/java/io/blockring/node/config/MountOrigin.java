package io.blockring.node.config;

import io.blockring.client.origin.OriginLocation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One place that a mount reads from: a bucket, or a directory. A mount has two of these sections,
 * and a section without {@code url} is not there.
 */
public record MountOrigin(
    @Setting(doc = "Where the bytes are: s3://BUCKET, s3://BUCKET/PREFIX or file:///DIR.")
        String url,
    @Setting(doc = "URL of the S3 endpoint. Empty: the one of AWS for the region.") String endpoint,
    @Setting(doc = "Region to sign for. Empty: as the AWS environment says, else us-east-1.")
        String region,
    @Setting(
            doc = "Put the bucket into the path, as most stores other than AWS want it.",
            value = "false")
        boolean pathStyle,
    @Setting(doc = "How to sign requests.") CredentialSettings credentials,
    @Setting(doc = "Requests to this place at the same time.", value = "64")
        int maxConcurrentRequests,
    @Setting(doc = "Longest wait for a connection.", value = "3s") Duration connectTimeout,
    @Setting(doc = "One request, from start to its last byte.", value = "30s")
        Duration requestTimeout,
    @Setting(
            doc =
                "auto: where this place is the S3 port of another Blockring cluster, bytes that"
                    + " compress come as LZ4; other stores do not know the field. none: never.",
            value = "auto")
        LinkCompression linkCompression) {

  /** Whether bytes may come compressed. */
  public enum LinkCompression {
    AUTO,
    NONE
  }

  /** Whether the mount has this place. */
  public boolean isGiven() {
    return !url.isEmpty();
  }

  /**
   * Where the bytes are, in the one form in which places are compared.
   *
   * @throws IllegalArgumentException when the url is neither a bucket's nor a directory's
   */
  public OriginLocation location() {
    return OriginLocation.parse(url);
  }

  /** The endpoint in the one form in which places are compared: without a slash at its end. */
  public String canonicalEndpoint() {
    return endpoint.replaceAll("/+$", "");
  }

  /**
   * Whether one of both may lie within the other: buckets of one name, whatever the endpoints, as
   * two endpoints may lead to one store.
   */
  boolean mayOverlap(MountOrigin other) {
    return other.isGiven()
        && location() instanceof OriginLocation.Bucket mine
        && other.location() instanceof OriginLocation.Bucket theirs
        && mine.bucket().equals(theirs.bucket())
        && (mine.prefix().startsWith(theirs.prefix()) || theirs.prefix().startsWith(mine.prefix()));
  }

  /**
   * What is wrong with it.
   *
   * @param side how the mount calls this place
   */
  List<String> problems(String side) {
    List<String> problems = new ArrayList<>();
    if (!isGiven()) {
      if (!endpoint.isEmpty() || !region.isEmpty() || pathStyle) {
        problems.add("mounts: " + side + ".url is not set, but other keys of " + side + " are");
      }
      return problems;
    }
    try {
      location();
    } catch (IllegalArgumentException e) {
      String what = String.valueOf(e.getMessage()).replaceFirst("^location: ", "");
      problems.add("mounts: " + side + ".url: " + what);
    }
    if (!endpoint.isEmpty() && !endpoint.matches("https?://[^/]+/?")) {
      problems.add("mounts: " + side + ".endpoint '" + endpoint + "' is not http(s)://HOST:PORT");
    }
    if (maxConcurrentRequests < 1) {
      problems.add(
          "mounts: " + side + ".maxConcurrentRequests " + maxConcurrentRequests + " is below 1");
    }
    return problems;
  }
}
