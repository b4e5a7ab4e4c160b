package io.blockring.mount;

import io.blockring.client.CacheClient;
import io.blockring.client.CacheClientSettings;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.peer.PeerSettings;
import java.io.IOException;
import java.util.List;

/** The one place that knows how a mount reaches a cluster. */
final class ClusterConnection {
  /**
   * Reads land in the mount's own buffers; this is what the client takes for itself at the least.
   */
  private static final long BYTES_IN_FLIGHT = 16L << 20;

  private static final int SEGMENT_BYTES = 64 * 1024;
  private static final int PARALLEL_BLOCKS = 4;

  /** The first call of a young process may be late on a busy machine. */
  private static final int ATTEMPTS = 3;

  private ClusterConnection() {}

  /** The page cache is this reader's memory, so the client keeps nothing itself. */
  static CacheClient open(List<ControlAddress> nodes, PeerCredentials credentials)
      throws MountFailure {
    CacheClientSettings settings =
        new CacheClientSettings(
                nodes, 0, SEGMENT_BYTES, BYTES_IN_FLIGHT, PARALLEL_BLOCKS, PeerSettings.defaults())
            .withCredentials(credentials);
    for (int attempt = 1; ; attempt++) {
      try {
        return CacheClient.connect(settings);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new MountFailure(ExitStatus.UNAVAILABLE, "no node answers: " + e.getMessage(), e);
        }
      }
    }
  }
}
