package io.blockring.client.origin.s3;

import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.s3.S3Calls.Question;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Turns what the SDK throws into what a caller can act on. The only place that does. */
final class S3Errors {
  private static final int LONGEST_TEXT = 300;
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

  private static final Set<String> THROTTLING =
      Set.of(
          "SlowDown",
          "SlowDownRead",
          "ServiceUnavailable",
          "Throttling",
          "ThrottlingException",
          "RequestLimitExceeded",
          "BandwidthLimitExceeded",
          "TooManyRequests");
  private static final Set<String> DENIALS =
      Set.of(
          "AccessDenied",
          "AllAccessDisabled",
          "AuthorizationHeaderMalformed",
          "ExpiredToken",
          "InvalidAccessKeyId",
          "InvalidSecurity",
          "InvalidToken",
          "RequestTimeTooSkewed",
          "SignatureDoesNotMatch",
          "TokenRefreshRequired");

  private S3Errors() {}

  static OriginException translate(Question<?> question, Throwable thrown) {
    CredentialsFailure credentials = find(CredentialsFailure.class, thrown);
    if (credentials != null) {
      return noCredentials(question, credentials);
    }
    AwsServiceException refusal = find(AwsServiceException.class, thrown);
    if (refusal != null) {
      return refused(question, refusal);
    }
    Throwable root = root(thrown);
    return failure(
        Kind.UNAVAILABLE,
        question.what() + ": no answer: " + root.getClass().getSimpleName() + ": " + text(root),
        Duration.ZERO,
        thrown);
  }

  private static OriginException noCredentials(Question<?> question, CredentialsFailure failure) {
    AwsServiceException byService = find(AwsServiceException.class, failure);
    boolean isOutage =
        byService == null
            ? find(IOException.class, failure) != null && !failure.isLocal()
            : byService.statusCode() >= 500 || byService.statusCode() == 429;
    return failure(
        isOutage ? Kind.UNAVAILABLE : Kind.DENIED,
        question.what() + ": no credentials: " + text(failure),
        Duration.ZERO,
        failure);
  }

  private static OriginException refused(Question<?> question, AwsServiceException refusal) {
    int status = refusal.statusCode();
    AwsErrorDetails details = refusal.awsErrorDetails();
    String code = details == null || details.errorCode() == null ? "" : details.errorCode();
    SdkHttpResponse response = details == null ? null : details.sdkHttpResponse();
    Kind kind = kind(status, code, question.isPinned());
    String said = code.isEmpty() ? "without an S3 error code" : code;
    String message = details == null ? null : details.errorMessage();
    StringBuilder text =
        new StringBuilder(question.what()).append(": ").append(status).append(' ').append(said);
    if (message != null && !message.isBlank()) {
      text.append(": ").append(shortened(message));
    }
    text.append(hint(status, code, header(response, "x-amz-bucket-region")));
    Duration retryAfter =
        kind == Kind.THROTTLED || kind == Kind.UNAVAILABLE ? retryAfter(response) : Duration.ZERO;
    return failure(kind, text.toString(), retryAfter, refusal);
  }

  private static Kind kind(int status, String code, boolean isPinned) {
    if (THROTTLING.contains(code)) {
      return Kind.THROTTLED;
    }
    if (DENIALS.contains(code)) {
      return Kind.DENIED;
    }
    return switch (status) {
      // A bucket is where it is: a redirect says that it is not here.
      case 301, 307, 308 -> Kind.NO_BUCKET;
      // A request without a body is refused without a code: HEAD with an expired token gives this.
      case 400 -> code.equals("KeyTooLongError") ? Kind.NOT_FOUND : badRequest(code);
      case 401, 403 -> Kind.DENIED;
      case 404 -> missing(code, isPinned);
      case 405, 412, 416 -> isPinned ? Kind.CHANGED : Kind.BROKEN;
      case 429, 503 -> Kind.THROTTLED;
      default -> status >= 500 ? Kind.UNAVAILABLE : Kind.BROKEN;
    };
  }

  private static Kind badRequest(String code) {
    return switch (code) {
      case "" -> Kind.DENIED;
      case "RequestTimeout" -> Kind.UNAVAILABLE;
      default -> Kind.BROKEN;
    };
  }

  private static Kind missing(String code, boolean isPinned) {
    return switch (code) {
      case "NoSuchBucket" -> Kind.NO_BUCKET;
      case "NoSuchKey", "NoSuchVersion", "NotFound" -> isPinned ? Kind.CHANGED : Kind.NOT_FOUND;
      // Something on the way said 404, not a bucket: no reason to believe that the key is gone.
      default -> Kind.UNAVAILABLE;
    };
  }

  private static String hint(int status, String code, String bucketRegion) {
    if (status == 301 || status == 307 || status == 308 || code.startsWith("AuthorizationHeader")) {
      return bucketRegion.isEmpty()
          ? " (the bucket is not at this endpoint or in this region)"
          : " (the bucket is in region " + bucketRegion + ": set region to it)";
    }
    return switch (code) {
      case "AccessDenied" ->
          " (a missing key looks like this too where s3:ListBucket is not allowed)";
      case "RequestTimeTooSkewed" -> " (this machine's clock and the bucket's differ too much)";
      default -> "";
    };
  }

  /** Seconds, or a date that is counted from the response's own, as clocks may differ. */
  static Duration retryAfter(@Nullable SdkHttpResponse response) {
    String value = header(response, "Retry-After").strip();
    if (value.isEmpty()) {
      return Duration.ZERO;
    }
    try {
      Duration wait =
          value.chars().allMatch(Character::isDigit)
              ? Duration.ofSeconds(Integer.parseInt(value))
              : Duration.between(date(header(response, "Date")), date(value));
      return wait.isNegative()
          ? Duration.ZERO
          : wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait;
    } catch (NumberFormatException | DateTimeException e) {
      return Duration.ZERO; // a hint that cannot be read is no hint
    }
  }

  private static ZonedDateTime date(String httpDate) {
    return ZonedDateTime.parse(httpDate, DateTimeFormatter.RFC_1123_DATE_TIME);
  }

  private static String header(@Nullable SdkHttpResponse response, String name) {
    return response == null ? "" : response.firstMatchingHeader(name).orElse("");
  }

  private static OriginException failure(
      Kind kind, String message, Duration retryAfter, Throwable cause) {
    return new OriginException(kind, message, retryAfter, cause);
  }

  private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
    }
    return null;
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String text(Throwable thrown) {
    return shortened(String.valueOf(thrown.getMessage()));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }
}
