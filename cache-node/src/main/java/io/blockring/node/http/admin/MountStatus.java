package io.blockring.node.http.admin;

/**
 * One mount.
 *
 * @param location where the bytes are, without credentials
 * @param endpoint of the bucket; empty for the cloud's own or for files
 * @param freshness {@code immutable}, {@code always} or a time to live
 * @param bypassUntilEpochMillis until then reads go to the bucket only; 0: they do not
 */
public record MountStatus(
    String name,
    String id,
    String location,
    String endpoint,
    int blockBytes,
    String freshness,
    long bypassUntilEpochMillis) {}
