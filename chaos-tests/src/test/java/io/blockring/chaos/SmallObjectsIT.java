package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.CacheClient;
import io.blockring.client.OpenObject;
import io.blockring.client.Outcome;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.ClusterStatus;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.SampleFile;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many small objects read together are right, whichever nodes have them, cold and warm, and while a
 * node is down; one that is not there disturbs no other.
 */
class SmallObjectsIT {
  private static final int OBJECTS = 1_500;
  private static final Duration READY = Duration.ofSeconds(120);
  private static final String GONE = "not/there";

  @Test
  void many_small_objects_come_in_batches_and_right(@TempDir Path directory) throws Exception {
    Seed seed = Seed.of("SmallObjectsIT");
    List<SampleFile> files = files(directory.resolve("origin"), seed.value());
    ClusterPlan plan =
        ClusterPlan.ofWeights(1, 1, 2)
            .shortLived()
            .withMount(
                Stage.MOUNT, new MountPlan("file://" + directory.resolve("origin"), Map.of()))
            .withSetting("timeouts.peer", "10s");
    try (LocalCluster cluster = LocalCluster.start(directory.resolve("nodes"), plan)) {
      cluster.awaitReady(READY);
      ClusterStatus.awaitOneRing(cluster, READY);
      try (CacheClient cache = JavaReads.connect(cluster.nodes())) {
        List<OpenObject> open = open(cache, files);
        for (String state : List.of("cold", "warm")) {
          expectRight(state, files, cache.readAll(open, ReadScope.forReader(60_000)));
        }
        cluster.node(3).kill();
        expectRight("one node down", files, cache.readAll(open, ReadScope.forReader(60_000)));
      }
    }
  }

  private static List<SampleFile> files(Path origin, long seed) throws Exception {
    Random random = new Random(seed);
    List<SampleFile> files = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i++) {
      // Some are too large for a batch.
      int size = 1 + random.nextInt(i % 100 == 0 ? 300_000 : 20_000);
      files.add(SampleFile.ofBytes("set-" + i % 7 + "/sample " + i, size, seed));
    }
    for (SampleFile file : files) {
      Path path = origin.resolve(file.path());
      Files.createDirectories(path.getParent());
      try (InputStream bytes = file.open()) {
        Files.copy(bytes, path);
      }
    }
    return files;
  }

  /** All of them, and one that is not there. */
  private static List<OpenObject> open(CacheClient cache, List<SampleFile> files)
      throws ReadException {
    List<String> paths = new ArrayList<>(List.of("/" + Stage.MOUNT + "/" + GONE));
    files.forEach(file -> paths.add("/" + Stage.MOUNT + "/" + file.path()));
    List<Outcome<OpenObject>> outcomes = cache.openAll(paths, ReadScope.forReader(60_000));
    assertThat(outcomes.removeFirst())
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.why().kind()).isEqualTo(ReadException.Kind.NOT_FOUND));
    List<OpenObject> open = new ArrayList<>();
    for (Outcome<OpenObject> outcome : outcomes) {
      open.add(outcome.get());
    }
    return open;
  }

  private static void expectRight(
      String state, List<SampleFile> files, List<Outcome<ByteBuffer>> outcomes)
      throws ReadException {
    assertThat(outcomes).as(state).hasSameSizeAs(files);
    for (int i = 0; i < files.size(); i++) {
      ByteBuffer bytes = outcomes.get(i).get();
      assertThat((long) bytes.remaining())
          .as("%s: %s", state, files.get(i))
          .isEqualTo(files.get(i).size());
      assertThat(files.get(i).firstDifference(0, bytes))
          .as("%s: first wrong byte of %s", state, files.get(i))
          .isNegative();
    }
  }
}
