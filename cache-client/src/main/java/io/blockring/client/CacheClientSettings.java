package io.blockring.client;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.peer.PeerSettings;
import java.util.List;

/**
 * How a {@link CacheClient} reaches a cluster and what it may use.
 *
 * @param nodes control ports of some nodes, by default {@code HOST:7072}; the others are learnt
 * @param memoryBytes off-heap bytes of local memory; 0 keeps nothing
 * @param segmentBytes unit of local memory: a smaller read fetches this much
 * @param bytesInFlight of read-ahead and streaming, off-heap
 * @param parallelBlocks how many blocks of one bulk read are fetched at once
 * @param credentials what the cluster's block and control ports ask for
 * @param zone this process's, to read from the nodes there first where several keep a block; empty:
 *     all are as near
 */
public record CacheClientSettings(
    List<ControlAddress> nodes,
    long memoryBytes,
    int segmentBytes,
    long bytesInFlight,
    int parallelBlocks,
    PeerSettings peers,
    PeerCredentials credentials,
    String zone) {

  public CacheClientSettings {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a client needs the address of at least one node");
    }
    if (memoryBytes < 0 || parallelBlocks < 1) {
      throw new IllegalArgumentException(
          "memoryBytes "
              + memoryBytes
              + " must not be negative, parallelBlocks "
              + parallelBlocks
              + " at least 1");
    }
    if (segmentBytes < Blocks.CELL_BYTES || segmentBytes % Blocks.CELL_BYTES != 0) {
      throw new IllegalArgumentException(
          "segmentBytes " + segmentBytes + " must be a multiple of " + Blocks.CELL_BYTES);
    }
  }

  /** Of a process whose zone does not matter. */
  public CacheClientSettings(
      List<ControlAddress> nodes,
      long memoryBytes,
      int segmentBytes,
      long bytesInFlight,
      int parallelBlocks,
      PeerSettings peers,
      PeerCredentials credentials) {
    this(nodes, memoryBytes, segmentBytes, bytesInFlight, parallelBlocks, peers, credentials, "");
  }

  /** For a cluster whose ports ask for nothing. */
  public CacheClientSettings(
      List<ControlAddress> nodes,
      long memoryBytes,
      int segmentBytes,
      long bytesInFlight,
      int parallelBlocks,
      PeerSettings peers) {
    this(
        nodes,
        memoryBytes,
        segmentBytes,
        bytesInFlight,
        parallelBlocks,
        peers,
        PeerCredentials.none(),
        "");
  }

  /** These for a cluster whose ports ask who calls. */
  public CacheClientSettings withCredentials(PeerCredentials shown) {
    return new CacheClientSettings(
        nodes, memoryBytes, segmentBytes, bytesInFlight, parallelBlocks, peers, shown, zone);
  }

  /** These for a process in that zone. */
  public CacheClientSettings inZone(String own) {
    return new CacheClientSettings(
        nodes, memoryBytes, segmentBytes, bytesInFlight, parallelBlocks, peers, credentials, own);
  }

  /** No local memory, 64 MiB in flight, 8 blocks at once. */
  public static CacheClientSettings of(ControlAddress... nodes) {
    return new CacheClientSettings(
        List.of(nodes), 0, 64 * 1024, 64L * 1024 * 1024, 8, PeerSettings.defaults());
  }
}
