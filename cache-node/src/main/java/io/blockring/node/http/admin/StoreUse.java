package io.blockring.node.http.admin;

/** How full a node's block store is. */
public record StoreUse(long blocks, long bytes, long budgetBytes) {}
