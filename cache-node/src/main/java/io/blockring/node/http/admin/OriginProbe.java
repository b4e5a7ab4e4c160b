package io.blockring.node.http.admin;

/**
 * A location that someone thinks of mounting.
 *
 * @param url {@code s3://bucket/prefix} or {@code file:///dir}, without credentials
 * @param endpoint empty for the cloud's own
 * @param region empty for the credential chain's own
 * @param pathStyle bucket in the path, not in the host name
 */
public record OriginProbe(String url, String endpoint, String region, boolean pathStyle) {}
