package io.blockring.client.origin.s3;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.ObjectMetadata;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What identity a response's headers give, under a mount's identity mode. */
record S3Identities(IdentityMode mode) {

  /** Null when the headers name none that is strong enough. */
  @Nullable Identity of(@Nullable String versionId, String etag) {
    Identity byVersion =
        // "null" is the version of every write to a bucket whose versioning is off or suspended.
        versionId == null || versionId.isEmpty() || versionId.equals("null")
            ? null
            : new Identity(Identity.Kind.VERSION_ID, versionId);
    Identity byEtag =
        etag.isEmpty() || etag.startsWith("W/") ? null : new Identity(Identity.Kind.ETAG, etag);
    return switch (mode) {
      case AUTO -> byVersion != null ? byVersion : byEtag;
      case VERSION_ID -> byVersion;
      case ETAG -> byEtag;
      case NONE -> null;
    };
  }

  ObjectMetadata metadata(
      @Nullable String versionId,
      String etag,
      long size,
      @Nullable Instant lastModified,
      @Nullable String contentType) {
    return new ObjectMetadata(
        of(versionId, etag),
        size,
        lastModified == null ? 0 : lastModified.toEpochMilli(),
        etag,
        contentType == null ? "" : contentType);
  }

  /** The ETag in hex where it is an MD5 of the bytes; else empty. */
  static String md5(HeadObjectResponse head) {
    String etag = quoted(head.eTag()).replace("\"", "");
    boolean isOfBytes =
        head.sseCustomerAlgorithm() == null
            && (head.serverSideEncryption() == null
                || head.serverSideEncryption() == ServerSideEncryption.AES256);
    return isOfBytes && etag.matches("[0-9a-f]{32}") ? etag : "";
  }

  /** An ETag with quotes, which some stores leave out; empty when there is none. */
  static String quoted(@Nullable String etag) {
    if (etag == null || etag.isBlank()) {
      return "";
    }
    String bare = etag.strip();
    return bare.endsWith("\"") ? bare : "\"" + bare + "\"";
  }
}
