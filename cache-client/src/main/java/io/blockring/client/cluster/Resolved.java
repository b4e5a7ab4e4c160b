package io.blockring.client.cluster;

import io.blockring.client.manifest.Manifest;
import io.blockring.client.origin.ObjectMetadata;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A resolver's answer.
 *
 * @param metadata of the version that is current
 * @param fresh how long this answer may be reused
 * @param manifest of that version; null when there is none, or the asker has it already
 */
public record Resolved(ObjectMetadata metadata, Duration fresh, @Nullable Manifest manifest) {

  /** Without a manifest. */
  public Resolved(ObjectMetadata metadata, Duration fresh) {
    this(metadata, fresh, null);
  }
}
