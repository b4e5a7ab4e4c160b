package io.blockring.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ReadException;
import io.blockring.client.ReadException.Kind;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.Backoff;
import io.blockring.warmup.FakeCluster.Faults;
import io.blockring.warmup.FillResult.Outcome;
import io.blockring.warmup.WarmupProgress.Amount;
import io.blockring.warmup.WarmupProgress.State;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random trees and random trouble, by seed: a job that says VERIFIED is right, whatever happened,
 * and one whose trouble ends says VERIFIED.
 */
@Timeout(120)
class WarmupSimulationTest {
  private static final int BLOCK = FakeCluster.BLOCK;

  /** Trouble of every kind, until it has been drawn so many times. */
  private static final class Trouble extends Faults {
    private final FakeCluster cluster;
    private final RandomGenerator random;
    private final boolean hasNoSpace;
    private int left;
    private @Nullable WarmupJob job;
    private boolean isLastCheckDisturbed;

    Trouble(FakeCluster cluster, RandomGenerator random, int count, boolean hasNoSpace) {
      this.cluster = cluster;
      this.random = random;
      this.left = count;
      this.hasNoSpace = hasNoSpace;
    }

    WarmupProgress run(WarmupJob newJob) {
      synchronized (this) {
        job = newJob;
      }
      return newJob.run();
    }

    /** Something changed while the last check was looking: it may have looked before. */
    synchronized boolean isLastCheckDisturbed() {
      return isLastCheckDisturbed;
    }

    private boolean isChecking() {
      return job != null && job.progress().state() == State.VERIFYING;
    }

    private synchronized int draw(int kinds) {
      isLastCheckDisturbed &= isChecking();
      if (left == 0 || random.nextInt(4) != 0) {
        return -1;
      }
      left--;
      return random.nextInt(kinds);
    }

    private synchronized void change(int kind) {
      isLastCheckDisturbed = isChecking();
      List<String> paths = cluster.paths();
      if (paths.isEmpty()) {
        return;
      }
      String path = paths.get(random.nextInt(paths.size()));
      switch (kind) {
        case 0 -> cluster.put(path, random.nextInt(12) * (long) BLOCK / 2);
        case 1 -> cluster.delete(path);
        case 2 -> cluster.evict(cluster.current(path), 0);
        default -> {
          synchronized (cluster) {
            cluster.members = 1 + random.nextInt(4);
          }
        }
      }
    }

    @Override
    void onList(String prefix, String startAfter) throws ReadException {
      if (draw(2) >= 0) {
        throw new ReadException(Kind.UNAVAILABLE, "listing");
      }
    }

    @Override
    void onOpen(String path) throws ReadException {
      int kind = draw(5);
      if (kind == 4) {
        throw new ReadException(Kind.BUSY, "open", Duration.ofSeconds(1), new Exception("cause"));
      }
      if (kind >= 0) {
        change(kind);
      }
    }

    @Override
    @Nullable FillResult onFill(String member, Version version, int block) throws ReadException {
      int kind = draw(hasNoSpace ? 8 : 7);
      return switch (kind) {
        case 0, 1, 2, 3 -> {
          change(kind);
          yield null;
        }
        case 4 -> new FillResult(block, Outcome.FAILED, "bucket");
        case 5 -> throw new ReadException(Kind.UNAVAILABLE, "owner");
        case 6 -> new FillResult(block + 1000, Outcome.FETCHED, "not what was asked");
        case 7 -> new FillResult(block, Outcome.NO_SPACE, "full");
        default -> null;
      };
    }

    @Override
    void onResidency(Version version) throws ReadException {
      if (draw(2) == 0) {
        throw new ReadException(Kind.UNAVAILABLE, "residency");
      }
    }
  }

  private static FakeCluster tree(RandomGenerator random) {
    FakeCluster cluster = new FakeCluster();
    cluster.pageSize = 1 + random.nextInt(5);
    for (int i = random.nextInt(20); i >= 0; i--) {
      cluster.put("/t/" + random.nextInt(30), random.nextInt(12) * (long) BLOCK / 2);
    }
    return cluster;
  }

  private static WarmupLimits limits(RandomGenerator random, int attempts, int checks) {
    return new WarmupLimits(
        1 + random.nextInt(5),
        1 + random.nextInt(10),
        1 + random.nextInt(8 * BLOCK),
        1 + random.nextInt(5),
        attempts,
        Backoff.DEFAULT,
        checks,
        1000,
        10,
        Duration.ofSeconds(30));
  }

  @Test
  void verified_is_never_said_of_what_is_not_there() {
    Map<State, Integer> ends = new EnumMap<>(State.class);
    for (long seed = 1; seed <= 300; seed++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      FakeCluster cluster = tree(random);
      WarmupLimits limits = limits(random, 2, 2);
      Trouble trouble = new Trouble(cluster, random, random.nextInt(60), true);
      cluster.faults = trouble;

      WarmupProgress end =
          trouble.run(new WarmupJob(cluster, List.of("/t"), limits, new FakeClock()));

      ends.merge(end.state(), 1, Integer::sum);
      assertConsistent(end, seed);
      assertTruth(end, cluster, trouble, seed);
    }
    assertThat(ends)
        .as("the trouble leads everywhere")
        .containsKeys(State.VERIFIED, State.INCOMPLETE, State.DOES_NOT_FIT);
  }

  @Test
  void when_trouble_ends_every_current_object_is_whole_and_verified() {
    for (long seed = 1; seed <= 300; seed++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      FakeCluster cluster = tree(random);
      WarmupLimits limits = limits(random, 50, 50);
      Trouble trouble = new Trouble(cluster, random, 30, false);
      cluster.faults = trouble;

      WarmupProgress end =
          trouble.run(new WarmupJob(cluster, List.of("/t"), limits, new FakeClock()));

      assertConsistent(end, seed);
      assertThat(end.state())
          .as("seed %d: %s", seed, end)
          .isIn(State.VERIFIED, State.NOTHING_FOUND);
      assertTruth(end, cluster, trouble, seed);
    }
  }

  private static void assertTruth(
      WarmupProgress end, FakeCluster cluster, Trouble trouble, long seed) {
    if (end.state() != State.VERIFIED) {
      return;
    }
    assertThat(end.blocks().verified()).as("seed %d", seed).isEqualTo(end.blocks().total());
    if (!trouble.isLastCheckDisturbed()) {
      assertThat(cluster.paths()).as("seed %d", seed).allMatch(cluster::isWhole);
      assertThat(end.objects().verified()).as("seed %d", seed).isEqualTo(cluster.paths().size());
    }
  }

  private static void assertConsistent(WarmupProgress end, long seed) {
    for (Amount amount : List.of(end.objects(), end.blocks(), end.bytes())) {
      assertThat(amount.residentBefore() + amount.fetched() + amount.failed())
          .as("seed %d: %s", seed, end)
          .isLessThanOrEqualTo(amount.total());
      assertThat(amount.verified()).as("seed %d", seed).isBetween(0L, amount.total());
      assertThat(amount.residentBefore()).as("seed %d", seed).isNotNegative();
      assertThat(amount.fetched()).as("seed %d", seed).isNotNegative();
      assertThat(amount.failed()).as("seed %d", seed).isNotNegative();
    }
    assertThat(end.state().isEnd()).isTrue();
  }
}
