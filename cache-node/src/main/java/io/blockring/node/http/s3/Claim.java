package io.blockring.node.http.s3;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a request says it is from, and the signature that shall prove it: from its {@code
 * Authorization} header, or from the query of a presigned URL.
 *
 * @param scope date, region, service and terminator, joined by slashes
 * @param signedHeaders lower case, in the order they were signed
 * @param payloadHash what the signer said the body hashes to
 * @param validity of a presigned URL; null for a header
 */
record Claim(
    String accessKey,
    String scope,
    List<String> signedHeaders,
    String signature,
    Instant signedAt,
    String payloadHash,
    @Nullable Duration validity) {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final long MAX_VALIDITY_SECONDS = 7 * 24 * 3600;

  /** The claim of a request, null when it makes none. */
  static @Nullable Claim of(S3Request request) throws S3Exception {
    String authorization = request.headers().value("Authorization");
    boolean isPresigned = request.parameters().has("X-Amz-Algorithm");
    if (authorization != null && isPresigned) {
      throw new S3Exception(
          S3Code.INVALID_ARGUMENT,
          "Only one auth mechanism allowed: the request has an Authorization header and a"
              + " presigned query");
    }
    if (authorization != null) {
      return ofHeader(request, authorization);
    }
    if (isPresigned) {
      return ofQuery(request.parameters());
    }
    if (request.parameters().has("AWSAccessKeyId")) {
      throw unsupported();
    }
    return null;
  }

  private static S3Exception unsupported() {
    return new S3Exception(
        S3Code.INVALID_REQUEST,
        "The authorization mechanism you have provided is not supported. Please use " + ALGORITHM);
  }

  private static Claim ofHeader(S3Request request, String authorization) throws S3Exception {
    if (!authorization.startsWith(ALGORITHM + " ")) {
      throw unsupported();
    }
    Map<String, String> fields = new HashMap<>();
    for (String field : authorization.substring(ALGORITHM.length()).split(",")) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals).strip(), field.substring(equals + 1).strip());
      }
    }
    String payloadHash = request.headers().value("x-amz-content-sha256");
    if (payloadHash == null) {
      throw new S3Exception(
          S3Code.INVALID_REQUEST, "Missing required header for this request: x-amz-content-sha256");
    }
    return parse(
        S3Code.AUTHORIZATION_HEADER_MALFORMED,
        fields.getOrDefault("Credential", ""),
        fields.getOrDefault("SignedHeaders", ""),
        fields.getOrDefault("Signature", ""),
        signedAt(request.headers()),
        payloadHash,
        null);
  }

  private static Claim ofQuery(Parameters query) throws S3Exception {
    S3Code malformed = S3Code.AUTHORIZATION_QUERY_PARAMETERS_ERROR;
    if (!ALGORITHM.equals(query.value("X-Amz-Algorithm"))) {
      throw new S3Exception(malformed, "X-Amz-Algorithm only supports \"" + ALGORITHM + "\"");
    }
    String expires = query.valueOr("X-Amz-Expires", "");
    if (!expires.matches("[0-9]{1,6}")
        || Integer.parseInt(expires) < 1
        || Integer.parseInt(expires) > MAX_VALIDITY_SECONDS) {
      throw new S3Exception(
          malformed,
          "X-Amz-Expires is between 1 and " + MAX_VALIDITY_SECONDS + ", not '" + expires + "'");
    }
    return parse(
        malformed,
        query.valueOr("X-Amz-Credential", ""),
        query.valueOr("X-Amz-SignedHeaders", ""),
        query.valueOr("X-Amz-Signature", ""),
        timestamp(query.valueOr("X-Amz-Date", ""), malformed),
        query.valueOr("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"),
        Duration.ofSeconds(Integer.parseInt(expires)));
  }

  private static Instant signedAt(Headers headers) throws S3Exception {
    String amzDate = headers.value("x-amz-date");
    if (amzDate != null) {
      return timestamp(amzDate, S3Code.ACCESS_DENIED);
    }
    Instant date = HttpDate.parse(headers.value("Date"));
    if (date == null) {
      throw new S3Exception(
          S3Code.ACCESS_DENIED, "AWS authentication requires a valid Date or x-amz-date header");
    }
    return date;
  }

  private static Instant timestamp(String text, S3Code malformed) throws S3Exception {
    try {
      return TIMESTAMP.parse(text, Instant::from);
    } catch (DateTimeException e) {
      throw new S3Exception(
          malformed, "a signing date is written like 20261120T080000Z, not '" + text + "'");
    }
  }

  private static Claim parse(
      S3Code malformed,
      String credential,
      String signedHeaders,
      String signature,
      Instant signedAt,
      String payloadHash,
      @Nullable Duration validity)
      throws S3Exception {
    int slash = credential.indexOf('/');
    String[] scope = credential.substring(slash + 1).split("/", -1);
    String day = TIMESTAMP.format(signedAt).substring(0, 8);
    if (slash < 1
        || scope.length != 4
        || !scope[0].equals(day)
        || !scope[2].equals("s3")
        || !scope[3].equals("aws4_request")) {
      throw new S3Exception(
          malformed,
          "the credential is ACCESS_KEY/"
              + day
              + "/REGION/s3/aws4_request, not '"
              + credential
              + "'");
    }
    List<String> names = Arrays.asList(signedHeaders.split(";"));
    if (!names.contains("host") || signature.length() != 64) {
      throw new S3Exception(
          malformed,
          "a signature has 64 hex digits and covers the host header, this one has "
              + signature.length()
              + " and covers '"
              + signedHeaders
              + "'");
    }
    return new Claim(
        credential.substring(0, slash),
        credential.substring(slash + 1),
        names,
        signature,
        signedAt,
        payloadHash,
        validity);
  }
}
