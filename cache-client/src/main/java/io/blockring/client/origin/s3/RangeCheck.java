package io.blockring.client.origin.s3;

import io.blockring.client.compression.LinkFrames;
import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Holds the headers of a GET against what was asked, before the first byte is given out. Only an
 * answer that proves which bytes of which version follow gets through.
 */
final class RangeCheck {
  private final String what;
  private final S3Identities identities;
  private final OriginCounters counters;
  private final boolean acceptsCompressed;

  RangeCheck(
      String what, S3Identities identities, OriginCounters counters, boolean acceptsCompressed) {
    this.what = what;
    this.identities = identities;
    this.counters = counters;
    this.acceptsCompressed = acceptsCompressed;
  }

  /**
   * What is known of a body before it arrives.
   *
   * @param form how the bytes of the range stand in the body
   */
  record Expected(ObjectMetadata metadata, int length, Form form) {}

  /** How the bytes of a range stand in a body. */
  enum Form {
    /** The server announced the body's length: HTTP itself then notices an early end. */
    COUNTED,
    /** Until the connection ends, or in HTTP's chunks. */
    OPEN,
    /** {@link LinkFrames}; the body's own length says nothing. */
    FRAMES
  }

  /** The first bytes of whatever is current. */
  Expected first(GetObjectResponse response, int maxBytes) throws OriginException {
    return switch (response.sdkHttpResponse().statusCode()) {
      case 206 -> {
        ContentRange range = range(response);
        requireRange(range, 0, Math.min(maxBytes, range.total()), range.total());
        yield expected(response, range.total(), (int) range.length());
      }
      case 200 -> {
        Long size = response.contentLength();
        if (size == null || size > maxBytes) {
          throw broken(
              "answered 200 with "
                  + (size == null ? "no Content-Length" : size + " bytes")
                  + " to a range of "
                  + maxBytes
                  + ": it ignores Range");
        }
        yield expected(response, size, Math.toIntExact(size));
      }
      default -> throw broken("status " + response.sdkHttpResponse().statusCode());
    };
  }

  /** Bytes of one exact version. */
  Expected pinned(GetObjectResponse response, Identity identity, long size, long offset, int length)
      throws OriginException {
    int status = response.sdkHttpResponse().statusCode();
    if (status != 206) {
      throw broken("answered " + status + " to a range, not 206: it ignores Range");
    }
    requireIdentity(response, identity);
    requireRange(range(response), offset, length, size);
    return expected(response, size, length);
  }

  /**
   * Bytes of an object that says of itself that it is a copy of this version.
   *
   * @throws OriginException of kind CHANGED when it is another's, or no copy at all
   */
  Expected copy(
      CopyMark mark, GetObjectResponse response, ObjectMetadata wanted, long offset, int length)
      throws OriginException {
    int status = response.sdkHttpResponse().statusCode();
    if (status != 206) {
      throw broken("answered " + status + " to a range, not 206: it ignores Range");
    }
    ObjectMetadata copied = mark.read(response.metadata(), response.contentType());
    ContentRange range = range(response);
    if (!CopyMark.isOf(copied, range.total(), wanted)) {
      throw new OriginException(
          Kind.CHANGED,
          what
              + ": "
              + (copied == null ? "is no copy" : "is a copy of " + copied.identity())
              + ", "
              + wanted.identity()
              + " was asked for");
    }
    requireRange(range, offset, length, wanted.size());
    return new Expected(wanted, length, form(response, length));
  }

  private void requireIdentity(GetObjectResponse response, Identity asked) throws OriginException {
    boolean isByVersion = asked.kind() == Identity.Kind.VERSION_ID;
    String given = isByVersion ? response.versionId() : S3Identities.quoted(response.eTag());
    if (asked.value().equals(given)) {
      return;
    }
    String name = isByVersion ? "version id" : "ETag";
    if (given == null || given.isEmpty()) {
      throw broken("the answer has no " + name + ", " + asked.value() + " was asked for");
    }
    if (given.startsWith("W/")) {
      throw broken("the answer's " + name + " is weak: " + given);
    }
    counters.countIgnoredPrecondition();
    throw new OriginException(
        Kind.CHANGED,
        "%s: %s %s was asked for, the answer has %s (the store ignores the precondition)"
            .formatted(what, name, asked.value(), given));
  }

  private ContentRange range(GetObjectResponse response) throws OriginException {
    ContentRange range = ContentRange.parse(response.contentRange());
    if (range == null) {
      throw broken("unusable Content-Range: " + response.contentRange());
    }
    return range;
  }

  private void requireRange(ContentRange range, long offset, long length, long total)
      throws OriginException {
    ContentRange asked = new ContentRange(offset, offset + length - 1, total);
    if (!range.equals(asked)) {
      throw broken("Content-Range is '" + range + "', expected '" + asked + "'");
    }
  }

  private Expected expected(GetObjectResponse response, long size, int length)
      throws OriginException {
    Form form = form(response, length);
    ObjectMetadata metadata =
        identities.metadata(
            response.versionId(),
            S3Identities.quoted(response.eTag()),
            size,
            response.lastModified(),
            response.contentType());
    return new Expected(metadata, length, form);
  }

  private Form form(GetObjectResponse response, int length) throws OriginException {
    String encoding =
        response.sdkHttpResponse().firstMatchingHeader(LinkFrames.ENCODING).orElse("");
    if (!encoding.isEmpty()) {
      if (!acceptsCompressed || !encoding.equals(LinkFrames.LZ4)) {
        throw broken(LinkFrames.ENCODING + " is '" + encoding + "', which was not asked for");
      }
      return Form.FRAMES;
    }
    @Nullable Long announced = response.contentLength();
    if (announced != null && announced != length) {
      throw broken("Content-Length is " + announced + ", the range has " + length + " bytes");
    }
    return announced != null ? Form.COUNTED : Form.OPEN;
  }

  private OriginException broken(String detail) {
    return new OriginException(Kind.BROKEN, what + ": " + detail);
  }
}
