package io.blockring.client.origin;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the keys for a bucket come from. May be printed: holds names of files, profiles and
 * variables, and {@link Given}, the one with a secret in it, does not show it. Keys are read when a
 * request needs them, not when an origin is opened; files are read again when they change, so that
 * rotated keys are picked up.
 */
public sealed interface OriginCredentials {

  /**
   * The SDK's chain: system properties, environment, web identity token, shared profile files,
   * container and instance credentials.
   */
  record DefaultChain() implements OriginCredentials {}

  /** Requests are not signed: public buckets. */
  record Anonymous() implements OriginCredentials {}

  /**
   * A profile, of any kind the SDK knows (keys, role, SSO, process).
   *
   * @param file a credentials file in the AWS format; null for the shared files of the user
   */
  record Profile(String name, @Nullable Path file) implements OriginCredentials {
    public Profile {
      requireText("profile", name);
    }
  }

  /**
   * One file for each value, as secrets are mounted into containers. White space around a value is
   * dropped.
   *
   * @param sessionTokenFile null for long-lived keys
   */
  record KeyFiles(Path accessKeyFile, Path secretKeyFile, @Nullable Path sessionTokenFile)
      implements OriginCredentials {}

  /**
   * One file of two or three lines: access key id, secret access key and, for short-lived keys, the
   * session token.
   */
  record KeyFile(Path file) implements OriginCredentials {}

  /**
   * Keys that the caller has already read.
   *
   * @param sessionToken null for long-lived keys
   */
  record Given(String accessKeyId, String secretAccessKey, @Nullable String sessionToken)
      implements OriginCredentials {
    public Given {
      requireText("accessKeyId", accessKeyId);
      requireText("secretAccessKey", secretAccessKey);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
      return "Given[accessKeyId=" + accessKeyId + "]";
    }
  }

  /**
   * Environment variables of this process with names of one's own, for two mounts with two keys.
   *
   * @param sessionTokenVariable null for long-lived keys
   */
  record Environment(
      String accessKeyVariable, String secretKeyVariable, @Nullable String sessionTokenVariable)
      implements OriginCredentials {
    public Environment {
      requireText("accessKeyVariable", accessKeyVariable);
      requireText("secretKeyVariable", secretKeyVariable);
    }
  }

  private static void requireText(String key, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(key + ": is empty");
    }
  }
}
