package io.blockring.client.cluster;

import io.blockring.client.origin.ObjectMetadata;
import java.time.Duration;

/**
 * A resolver's answer.
 *
 * @param metadata of the version that is current
 * @param fresh how long this answer may be reused
 */
public record Resolved(ObjectMetadata metadata, Duration fresh) {}
