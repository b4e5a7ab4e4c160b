package io.blockring.mount.serve;

import java.time.Duration;

/**
 * How a mounted file system behaves.
 *
 * @param mount the cluster's mount; empty for a directory of all mounts
 * @param prefix below it; empty, or ending with a slash
 * @param deadline of each request of the kernel
 * @param freshness how long names and directories may be taken for granted; opening a file always
 *     asks
 * @param memoryBytes of buffers for reads; at least 16 MiB
 * @param aheadBytes how far to read ahead of one reader
 * @param userId whose the files are
 * @param groupId likewise
 */
public record ServeSettings(
    String mount,
    String prefix,
    Duration deadline,
    Duration freshness,
    long memoryBytes,
    long aheadBytes,
    int userId,
    int groupId) {

  /** Names that are not there: programs wait for files to appear. */
  Duration absence() {
    Duration second = Duration.ofSeconds(1);
    return freshness.compareTo(second) < 0 ? freshness : second;
  }
}
