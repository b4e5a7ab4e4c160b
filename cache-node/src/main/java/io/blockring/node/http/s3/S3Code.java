package io.blockring.node.http.s3;

/** What an S3 client is told went wrong. The names on the wire are Amazon's. */
public enum S3Code {
  ACCESS_DENIED("AccessDenied", 403),
  AUTHORIZATION_HEADER_MALFORMED("AuthorizationHeaderMalformed", 400),
  AUTHORIZATION_QUERY_PARAMETERS_ERROR("AuthorizationQueryParametersError", 400),
  INTERNAL_ERROR("InternalError", 500),
  INVALID_ACCESS_KEY_ID("InvalidAccessKeyId", 403),
  INVALID_ARGUMENT("InvalidArgument", 400),
  INVALID_RANGE("InvalidRange", 416),
  INVALID_REQUEST("InvalidRequest", 400),
  INVALID_URI("InvalidURI", 400),
  KEY_TOO_LONG("KeyTooLongError", 400),
  METHOD_NOT_ALLOWED("MethodNotAllowed", 405),
  NOT_IMPLEMENTED("NotImplemented", 501),
  NO_SUCH_BUCKET("NoSuchBucket", 404),
  NO_SUCH_KEY("NoSuchKey", 404),
  NO_SUCH_VERSION("NoSuchVersion", 404),
  PRECONDITION_FAILED("PreconditionFailed", 412),
  REQUEST_HEADER_SECTION_TOO_LARGE("RequestHeaderSectionTooLarge", 400),
  REQUEST_TIME_TOO_SKEWED("RequestTimeTooSkewed", 403),
  SERVICE_UNAVAILABLE("ServiceUnavailable", 503),
  SIGNATURE_DOES_NOT_MATCH("SignatureDoesNotMatch", 403),
  SLOW_DOWN("SlowDown", 503);

  private final String text;
  private final int status;

  S3Code(String text, int status) {
    this.text = text;
    this.status = status;
  }

  /** As in the {@code Code} element. */
  public String text() {
    return text;
  }

  /** The HTTP status it comes with. */
  public int status() {
    return status;
  }
}
