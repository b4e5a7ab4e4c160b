package io.blockring.node.resolve;

import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a resolver says about a key. */
public sealed interface Resolution {

  /**
   * It exists.
   *
   * @param version null when the bucket gives no strong identity: read through, never stored
   */
  record Found(@Nullable Version version, ObjectMetadata metadata) implements Resolution {}

  /** The bucket says there is no such key. */
  record Missing() implements Resolution {}

  /** The bucket did not say. */
  record Trouble(OriginException.Kind kind, String reason, Duration retryAfter)
      implements Resolution {}
}
