package io.blockring.node.http.admin;

import java.util.List;

/**
 * Which nodes have how much of one version.
 *
 * @param residentBlocks different blocks that at least one node has
 * @param residentBytes of those blocks
 * @param nodes that have at least one block, by id
 * @param unanswered nodes that could not be asked: the figures may be too low by what they have
 */
public record Residency(
    int residentBlocks, long residentBytes, List<Share> nodes, List<Unanswered> unanswered) {

  /** What one node has. */
  public record Share(String node, int blocks, long bytes) {}

  /** Who did not say, and why. */
  public record Unanswered(String node, String reason) {}
}
