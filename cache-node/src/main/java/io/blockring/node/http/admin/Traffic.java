package io.blockring.node.http.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Bytes since the process started. Warm-up, handoff and repair never count.
 *
 * @param deliveredBytes to readers
 * @param originBytesForReaders from the origins and source regions because a reader waited
 */
public record Traffic(long deliveredBytes, long originBytesForReaders) {

  /** Of 100; null before the first byte was delivered. */
  @JsonProperty
  public @Nullable Double hitRatePercent() {
    return deliveredBytes == 0
        ? null
        : Percent.of(deliveredBytes - originBytesForReaders, deliveredBytes);
  }
}
