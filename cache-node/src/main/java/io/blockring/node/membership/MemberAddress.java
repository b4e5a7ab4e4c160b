package io.blockring.node.membership;

/** Where a member listens; a port is 0 when unknown. */
public record MemberAddress(
    String host, int blockPort, int controlPort, int s3Port, int adminPort) {}
