package io.blockring.client;

import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import org.jspecify.annotations.Nullable;

/**
 * One version of one object, as its resolver named it.
 *
 * @param version null when the origin gives no strong identity: reads then go through to the
 *     origin, uncached
 * @param size bytes of the whole object
 * @param lastModifiedEpochMillis 0 when unknown
 * @param etag with quotes, empty when there is none
 * @param contentType empty when unknown
 */
public record OpenObject(
    Namespace.Mount mount,
    ObjectName name,
    @Nullable Version version,
    long size,
    long lastModifiedEpochMillis,
    String etag,
    String contentType) {}
