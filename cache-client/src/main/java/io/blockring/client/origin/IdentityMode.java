package io.blockring.client.origin;

import java.util.Arrays;

/** Where a mount takes the identity of its versions from. Part of the mount's id. */
public enum IdentityMode {
  /** The bucket's version id where it has one, else the strong ETag. */
  AUTO("auto"),
  /** Only version ids. Reading needs {@code s3:GetObjectVersion}. */
  VERSION_ID("version-id"),
  /** Only strong ETags, even if the bucket is versioned. */
  ETAG("etag"),
  /** No identities: everything is read through and nothing is stored. */
  NONE("none");

  private final String label;

  IdentityMode(String label) {
    this.label = label;
  }

  /** As in settings. */
  public String label() {
    return label;
  }

  /** Reads a {@link #label}. */
  public static IdentityMode of(String label) {
    for (IdentityMode mode : values()) {
      if (mode.label.equals(label)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "identity: '"
            + label
            + "' is none of "
            + String.join(", ", Arrays.stream(values()).map(IdentityMode::label).toList()));
  }
}
