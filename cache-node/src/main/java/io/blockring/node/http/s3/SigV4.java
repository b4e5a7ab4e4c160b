package io.blockring.node.http.s3;

import io.blockring.node.http.s3.Parameters.Parameter;
import io.blockring.node.security.ApiKey;
import io.blockring.node.security.ApiKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures of version 4, as AWS SDKs make them, in a header or in a presigned URL. The
 * region is whatever the client signed for. A body's hash is covered but not compared with a body:
 * no request that this endpoint serves has one.
 */
final class SigV4 {
  /** How far a signer's clock may be off, either way. */
  static final Duration MAX_SKEW = Duration.ofMinutes(15);

  private final InstantSource clock;

  SigV4(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Who signed the request.
   *
   * @param keys of whom there is at least one
   * @throws S3Exception when it is unsigned, or the signature is of someone else, for something
   *     else or for another time
   */
  ApiKey check(S3Request request, ApiKeys keys) throws S3Exception {
    Claim claim = Claim.of(request);
    if (claim == null) {
      throw new S3Exception(
          S3Code.ACCESS_DENIED, "Access Denied: this endpoint has credentials, sign the request");
    }
    ApiKey key = keys.ofAccessKeyId(claim.accessKey());
    if (key == null) {
      throw new S3Exception(
              S3Code.INVALID_ACCESS_KEY_ID,
              "The AWS Access Key Id you provided does not exist in our records.")
          .detail("AWSAccessKeyId", claim.accessKey());
    }
    requireInTime(claim);
    requireAllAmzHeadersSigned(request, claim);
    String canonical = canonicalRequest(request, claim);
    byte[] expected =
        signature(claim, key.secretAccessKey().reveal(), canonical)
            .getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(expected, claim.signature().getBytes(StandardCharsets.ISO_8859_1))) {
      throw new S3Exception(
              S3Code.SIGNATURE_DOES_NOT_MATCH,
              "The request signature we calculated does not match the signature you provided."
                  + " Check your key and signing method.")
          .detail("AWSAccessKeyId", claim.accessKey())
          .detail("StringToSign", stringToSign(claim, canonical))
          .detail("SignatureProvided", claim.signature())
          .detail("CanonicalRequest", canonical);
    }
    return key;
  }

  private void requireInTime(Claim claim) throws S3Exception {
    Instant now = clock.instant();
    Duration validity = claim.validity();
    boolean isEarly = claim.signedAt().isAfter(now.plus(MAX_SKEW));
    if (validity == null) {
      if (isEarly || claim.signedAt().isBefore(now.minus(MAX_SKEW))) {
        throw new S3Exception(
                S3Code.REQUEST_TIME_TOO_SKEWED,
                "The difference between the request time and the server's time is too large.")
            .detail("RequestTime", claim.signedAt().toString())
            .detail("ServerTime", now.toString())
            .detail("MaxAllowedSkewMilliseconds", Long.toString(MAX_SKEW.toMillis()));
      }
    } else if (isEarly) {
      throw new S3Exception(S3Code.ACCESS_DENIED, "Request is not valid yet")
          .detail("ServerTime", now.toString());
    } else if (!now.isBefore(claim.signedAt().plus(validity))) {
      throw new S3Exception(S3Code.ACCESS_DENIED, "Request has expired")
          .detail("X-Amz-Expires", Long.toString(validity.toSeconds()))
          .detail("Expires", claim.signedAt().plus(validity).toString())
          .detail("ServerTime", now.toString());
    }
  }

  private static void requireAllAmzHeadersSigned(S3Request request, Claim claim)
      throws S3Exception {
    for (String name : request.headers().names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-amz-") && !claim.signedHeaders().contains(lower)) {
        throw new S3Exception(
                S3Code.ACCESS_DENIED,
                "There were headers present in the request which were not signed")
            .detail("HeadersNotSigned", lower);
      }
    }
  }

  private static String canonicalRequest(S3Request request, Claim claim) {
    StringBuilder text = new StringBuilder(512);
    text.append(request.method()).append('\n');
    text.append(Percent.encodeKey(request.path())).append('\n');
    text.append(canonicalQuery(request.parameters())).append('\n');
    for (String name : claim.signedHeaders()) {
      text.append(name).append(':').append(trimmed(request.headers().value(name))).append('\n');
    }
    text.append('\n').append(String.join(";", claim.signedHeaders())).append('\n');
    return text.append(claim.payloadHash()).toString();
  }

  private static String canonicalQuery(Parameters parameters) {
    return parameters.all().stream()
        .filter(p -> !p.name().equals("X-Amz-Signature"))
        .map(p -> new Parameter(Percent.encode(p.name()), Percent.encode(p.value())))
        .sorted(Comparator.comparing(Parameter::name).thenComparing(Parameter::value))
        .map(p -> p.name() + "=" + p.value())
        .collect(Collectors.joining("&"));
  }

  private static String trimmed(@Nullable String value) {
    return value == null ? "" : value.strip().replaceAll(" +", " ");
  }

  private static String stringToSign(Claim claim, String canonicalRequest) {
    return String.join(
        "\n",
        Claim.ALGORITHM,
        Claim.TIMESTAMP.format(claim.signedAt()),
        claim.scope(),
        HexFormat.of().formatHex(sha256(canonicalRequest)));
  }

  private static String signature(Claim claim, String secret, String canonicalRequest) {
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : claim.scope().split("/")) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, stringToSign(claim, canonicalRequest)));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
