package io.blockring.client.origin;

import io.blockring.client.namespace.Identity;
import org.jspecify.annotations.Nullable;

/**
 * What an origin says about an object.
 *
 * @param identity null when the origin gives none that is strong: such an object is read through,
 *     never stored
 * @param size bytes of the whole object
 * @param lastModifiedEpochMillis 0 when unknown
 * @param etag as given, with quotes; empty when there is none
 * @param contentType empty when unknown
 */
public record ObjectMetadata(
    @Nullable Identity identity,
    long size,
    long lastModifiedEpochMillis,
    String etag,
    String contentType) {}
