package io.blockring.benchmarks.mount;

import io.blockring.benchmarks.Goal;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.ClusterStatus;
import io.blockring.demo.EmbeddedBucket;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One object, resident on a cluster of two nodes, read through {@code cachectl mount} and through
 * {@code rclone mount} of a node's S3 endpoint, in turns. Both get the same bytes from the same
 * nodes. Readers are processes of their own, and find nothing of the file in the page cache.
 */
public final class MountBenchmark {
  private static final String KEY = "model.bin";
  private static final Duration READY = Duration.ofSeconds(120);
  private static final int DEFAULT_KIB = 128;
  private static final int FAR_KIB = 4096;

  private MountBenchmark() {}

  /**
   * @param arguments a work folder, the object's MiB, how often each read is repeated
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    SampleFile file = SampleFile.ofBytes(KEY, Long.parseLong(arguments[1]) << 20, 1);
    try (EmbeddedBucket bucket = EmbeddedBucket.start(folder.resolve("bucket"), "bench")) {
      bucket.put(KEY, file);
      ClusterPlan plan =
          ClusterPlan.ofWeights(1, 1)
              .withMount(
                  "models",
                  MountPlan.bucket("s3://bench", bucket.endpoint()).with("freshness", "immutable"))
              .withEnvironment(bucket.credentials().environment());
      try (LocalCluster cluster = LocalCluster.start(folder, plan)) {
        cluster.awaitReady(READY);
        ClusterStatus.awaitOneRing(cluster, READY);
        run(folder, cluster, file, Integer.parseInt(arguments[2]));
      }
    }
  }

  private static void run(Path folder, LocalCluster cluster, SampleFile file, int rounds)
      throws Exception {
    LocalNode node = cluster.node(1);
    try (MountedBy near = MountedBy.blockring(folder, node, 1);
        MountedBy far = MountedBy.blockring(folder, node, 4);
        MountedBy plain = MountedBy.rclone(folder, node);
        MountedBy cached = MountedBy.rcloneWithCache(folder, node, DEFAULT_KIB);
        MountedBy ahead = MountedBy.rcloneWithCache(folder, node, FAR_KIB)) {
      List<Series> all = new ArrayList<>();
      for (MountedBy mounted : List.of(near, far, plain, cached, ahead)) {
        all.add(new Series(mounted, cluster.nodes(), file));
      }
      for (Series series : all) {
        series.warmUp();
      }
      for (int round = 0; round < rounds; round++) {
        // There and back, so that nobody always follows the same neighbour.
        for (Series series : round % 2 == 0 ? all : all.reversed()) {
          series.round();
        }
      }
      Series.printHead();
      all.forEach(Series::print);
      goals(all.get(1), all.subList(2, all.size()));
    }
  }

  /** Against the best of rclone's figures, each by itself. */
  private static void goals(Series ours, List<Series> theirs) {
    Goal.atLeast(
        "mount_dd_speed_over_best_rclone", ours.sequential() / most(theirs, Series::sequential), 1);
    Goal.atLeast(
        "mount_mmap_speed_over_best_rclone", ours.mapped() / most(theirs, Series::mapped), 1);
    double least = -most(theirs, series -> -series.daemonPerGb());
    Goal.atMost("mount_daemon_cpu_over_least_rclone", ours.daemonPerGb() / least, 1);
  }

  private static double most(List<Series> all, ToDoubleFunction<Series> figure) {
    return all.stream().mapToDouble(figure).max().orElseThrow();
  }
}
