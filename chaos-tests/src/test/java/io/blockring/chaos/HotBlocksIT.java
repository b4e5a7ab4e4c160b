package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.CacheClient;
import io.blockring.client.OpenObject;
import io.blockring.client.ladder.ReadScope;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.SampleFile;
import io.blockring.demo.SampleFiles;
import io.blockring.ring.Ring;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of one owner that everybody reads are soon read from other members too. */
class HotBlocksIT {
  private static final int READERS = 64;
  private static final int HOT = 8;
  private static final int BLOCK = 1 << 20;
  private static final int NODES = 5;
  private static final long SECONDS_UNTIL_SPREAD = 10;
  private static final long SECONDS_MEASURED = 4;

  private record Hot(OpenObject object, long offset) {}

  @Test
  void readers_of_eight_blocks_of_one_owner_are_spread(@TempDir Path directory) throws Exception {
    SampleFiles samples = new SampleFiles(Seed.of("HotBlocksIT").value(), 0.5);
    try (Stage stage =
            Stage.open(directory, samples.all(), HotBlocksIT::inSmallBlocks, 1, 1, 1, 1, 1);
        CacheClient cache = JavaReads.connect(stage.nodes())) {
      List<Hot> hot = ofOneOwner(cache, samples);
      long end = System.nanoTime() + (SECONDS_UNTIL_SPREAD + SECONDS_MEASURED) * 1_000_000_000L;
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
          readers.add(executor.submit(() -> loop(cache, hot, end)));
        }
        while (end - System.nanoTime() > SECONDS_MEASURED * 1_000_000_000L) {
          Thread.sleep(50);
        }
        double[] before = sent(stage);
        for (Future<?> reader : readers) {
          reader.get();
        }
        double[] after = sent(stage);
        double[] share = new double[NODES];
        double all = 0;
        for (int i = 0; i < NODES; i++) {
          share[i] = after[i] - before[i];
          all += share[i];
        }
        double most = Arrays.stream(share).max().orElseThrow() / (all / NODES);
        System.out.printf(
            "HotBlocksIT: %,.0f MB in %d s, max / mean egress %.2f; bytes of each %s%n",
            all / 1e6, SECONDS_MEASURED, most, Arrays.toString(share));
        assertThat(most).isLessThanOrEqualTo(2);
      }
    }
  }

  private static ClusterPlan inSmallBlocks(ClusterPlan plan) {
    ClusterPlan.MountPlan models = Objects.requireNonNull(plan.mounts().get(Stage.MOUNT));
    return plan.withMount(Stage.MOUNT, models.with("blockBytes", "1MiB"));
  }

  private static Void loop(CacheClient cache, List<Hot> hot, long end) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
    while (end - System.nanoTime() > 0) {
      Hot one = hot.get(ThreadLocalRandom.current().nextInt(HOT));
      cache.read(one.object(), one.offset(), buffer.clear(), ReadScope.forReader(30_000));
    }
    return null;
  }

  private static List<Hot> ofOneOwner(CacheClient cache, SampleFiles samples) throws Exception {
    Ring ring = cache.topology().ring();
    List<Hot> hot = new ArrayList<>();
    for (SampleFile file : samples.all()) {
      OpenObject object =
          cache.open("/" + Stage.MOUNT + "/" + file.path(), ReadScope.forReader(30_000));
      for (int block = 0; block < object.size() / BLOCK && hot.size() < HOT; block++) {
        long hash = object.name().placement().hash(block);
        if (ring.ownerOf(ring.slotOf(hash)).orElseThrow().id().equals("node-1")) {
          hot.add(new Hot(object, (long) block * BLOCK));
        }
      }
    }
    assertThat(hot).hasSize(HOT);
    return hot;
  }

  private static double[] sent(Stage stage) throws Exception {
    double[] bytes = new double[NODES];
    for (int i = 0; i < NODES; i++) {
      bytes[i] = stage.metric(i + 1, "blockring_block_port_bytes_total");
    }
    return bytes;
  }
}
