package io.blockring.node.http.s3;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A request's line and headers, taken apart.
 *
 * @param path decoded, as sent: what the signature covers
 * @param bucket a mount's name; empty when the whole service is meant
 * @param key empty when the bucket itself is meant
 */
record S3Request(
    String method, String path, Parameters parameters, Headers headers, String bucket, String key) {

  /** Amazon's limit, in bytes of UTF-8. */
  static final int MAX_KEY_BYTES = 1024;

  /**
   * @param uri the request's target, origin form or absolute form
   * @param domain where {@code <bucket>.<domain>} is a virtual host; empty for path style only
   */
  static S3Request parse(String method, String uri, Headers headers, String domain)
      throws S3Exception {
    String target = withoutAuthority(uri);
    int question = target.indexOf('?');
    String path = Percent.decodePath(question < 0 ? target : target.substring(0, question));
    Parameters parameters = Parameters.parse(question < 0 ? "" : target.substring(question + 1));
    String virtual = virtualHost(headers, domain);
    String rest = path.startsWith("/") ? path.substring(1) : path;
    int slash = rest.indexOf('/');
    String bucket = !virtual.isEmpty() ? virtual : slash < 0 ? rest : rest.substring(0, slash);
    String key = !virtual.isEmpty() ? rest : slash < 0 ? "" : rest.substring(slash + 1);
    if (bucket.isEmpty() && !key.isEmpty()) {
      throw new S3Exception(S3Code.INVALID_URI, "the path names no bucket: '" + path + "'");
    }
    requireUsable(key);
    return new S3Request(method, path, parameters, headers, bucket, key);
  }

  private static String withoutAuthority(String uri) throws S3Exception {
    if (uri.startsWith("/")) {
      return uri;
    }
    int scheme = uri.indexOf("://");
    if (scheme < 0) {
      throw new S3Exception(
          S3Code.INVALID_URI, "the request's target is not a path: '" + uri + "'");
    }
    int path = uri.indexOf('/', scheme + 3);
    return path < 0 ? "/" : uri.substring(path);
  }

  private static String virtualHost(Headers headers, String domain) {
    String host = headers.value("Host");
    if (domain.isEmpty() || host == null) {
      return "";
    }
    int colon = host.lastIndexOf(':');
    String name = (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
    String suffix = "." + domain.toLowerCase(Locale.ROOT);
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
  }

  private static void requireUsable(String key) throws S3Exception {
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_KEY_BYTES) {
      throw new S3Exception(
              S3Code.KEY_TOO_LONG,
              "Your key is too long: " + bytes + " bytes of UTF-8, at most " + MAX_KEY_BYTES)
          .detail("Size", Integer.toString(bytes))
          .detail("MaxSizeAllowed", Integer.toString(MAX_KEY_BYTES));
    }
    if (key.indexOf('\0') >= 0) {
      throw new S3Exception(
          S3Code.INVALID_URI, "the key has a NUL at character " + key.indexOf('\0'));
    }
  }

  boolean isHead() {
    return method.equals("HEAD");
  }
}
