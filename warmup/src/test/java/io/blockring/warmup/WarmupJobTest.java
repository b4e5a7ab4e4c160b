package io.blockring.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.ReadException;
import io.blockring.client.ReadException.Kind;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.Backoff;
import io.blockring.warmup.FakeCluster.Faults;
import io.blockring.warmup.FillResult.Outcome;
import io.blockring.warmup.WarmupProgress.Amount;
import io.blockring.warmup.WarmupProgress.Problem;
import io.blockring.warmup.WarmupProgress.State;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WarmupJobTest {
  private static final int BLOCK = FakeCluster.BLOCK;
  private static final WarmupLimits LIMITS =
      new WarmupLimits(
          4,
          8,
          6L * BLOCK,
          3,
          3,
          new Backoff(Duration.ofMillis(10), Duration.ofSeconds(1)),
          3,
          1000,
          5,
          Duration.ofSeconds(30));

  private final FakeClock clock = new FakeClock();
  private final FakeCluster cluster =
      new FakeCluster()
          .put("/models/sd/a", 10L * BLOCK + 1)
          .put("/models/sd/b", BLOCK)
          .put("/models/sd/empty", 0)
          .put("/models/sdxl/c", 100);

  private WarmupJob job(String... paths) {
    return new WarmupJob(cluster, List.of(paths), LIMITS, clock);
  }

  private static FillResult result(int block, Outcome outcome, String reason) {
    return new FillResult(block, outcome, reason);
  }

  @Test
  void everything_below_a_path_is_fetched_counted_and_verified() {
    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.VERIFIED);
    assertThat(end.objects()).isEqualTo(new Amount(3, 1, 2, 0, 3));
    assertThat(end.blocks()).isEqualTo(new Amount(12, 0, 12, 0, 12));
    long bytes = 11L * BLOCK + 1;
    assertThat(end.bytes()).isEqualTo(new Amount(bytes, 0, bytes, 0, bytes));
    assertThat(end.problems()).isEmpty();
    assertThat(cluster.isWhole("/models/sd/a")).isTrue();
    assertThat(cluster.isWhole("/models/sdxl/c")).as("only begins like the path").isFalse();
  }

  @Test
  void a_second_warm_up_fetches_nothing() {
    job("/models/sd").run();

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.VERIFIED);
    assertThat(end.blocks()).isEqualTo(new Amount(12, 12, 0, 0, 12));
  }

  @Test
  void a_path_may_be_one_object_and_overlapping_paths_count_once() {
    assertThat(job("/models/sd/b").run().objects().total()).isEqualTo(1);
    assertThat(job("/models", "/models/sd/", "/models/sd/b").run().objects().total()).isEqualTo(4);
  }

  @Test
  void a_path_without_objects_is_not_called_verified() {
    assertThat(job("/models/typo").run().state()).isEqualTo(State.NOTHING_FOUND);
  }

  @Test
  void failed_blocks_are_tried_again_with_pauses() {
    AtomicInteger failures = new AtomicInteger();
    cluster.faults =
        new Faults() {
          private final Set<String> failed = ConcurrentHashMap.newKeySet();

          @Override
          @Nullable FillResult onFill(String member, Version version, int block) {
            if (block % 2 == 0 && failed.add(version.name() + "/" + block)) {
              failures.incrementAndGet();
              return result(block, Outcome.FAILED, "the bucket did not answer");
            }
            return null;
          }
        };
    long before = clock.nanoTime();

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.VERIFIED);
    assertThat(failures).hasValue(7);
    assertThat(clock.nanoTime()).isGreaterThan(before);
  }

  @Test
  void a_block_that_always_fails_is_given_up_with_path_and_reason() {
    AtomicInteger attempts = new AtomicInteger();
    cluster.faults =
        new Faults() {
          @Override
          @Nullable FillResult onFill(String member, Version version, int block) {
            if (block != 4) {
              return null;
            }
            attempts.incrementAndGet();
            return result(block, Outcome.FAILED, "503 SlowDown");
          }
        };

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.INCOMPLETE);
    assertThat(attempts).hasValue(LIMITS.attempts());
    assertThat(end.objects()).isEqualTo(new Amount(3, 1, 1, 1, 2));
    assertThat(end.blocks().failed()).isEqualTo(1);
    assertThat(end.blocks().fetched()).isEqualTo(11);
    Problem problem = end.problems().getFirst();
    assertThat(problem.path()).isEqualTo("/models/sd/a");
    assertThat(problem.reason()).contains("1 of 11 blocks", "3 times", "block 4", "503 SlowDown");
  }

  @Test
  void an_owner_that_cannot_be_asked_counts_as_failed_blocks() {
    cluster.faults =
        new Faults() {
          @Override
          @Nullable FillResult onFill(String member, Version version, int block)
              throws ReadException {
            if (member.equals("node-1")) {
              throw new ReadException(Kind.UNAVAILABLE, "connection refused");
            }
            return null;
          }
        };

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.INCOMPLETE);
    assertThat(end.problems().getFirst().reason()).contains("node-1: connection refused");
    assertThat(end.blocks().failed() + end.blocks().fetched()).isEqualTo(12);
    assertThat(end.blocks().failed()).isPositive();
  }

  @Test
  void no_space_ends_as_does_not_fit_and_is_not_tried_again() {
    AtomicInteger asked = new AtomicInteger();
    cluster.faults =
        new Faults() {
          @Override
          @Nullable FillResult onFill(String member, Version version, int block) {
            if (block != 7) {
              return null;
            }
            asked.incrementAndGet();
            return result(block, Outcome.NO_SPACE, "0 bytes of 1 GiB free");
          }
        };

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.DOES_NOT_FIT);
    assertThat(asked).hasValue(1);
    assertThat(end.problems().getFirst().reason()).contains("no space", "block 7", "1 GiB");
  }

  @Test
  void an_object_overwritten_while_it_is_filled_is_warmed_in_its_new_version() {
    cluster.faults =
        new Faults() {
          private final AtomicInteger calls = new AtomicInteger();

          @Override
          @Nullable FillResult onFill(String member, Version version, int block) {
            if (calls.incrementAndGet() == 5) {
              cluster.put("/models/sd/a", 2L * BLOCK);
            }
            return null;
          }
        };

    WarmupProgress end = job("/models/sd/a").run();

    assertThat(end.state()).isEqualTo(State.VERIFIED);
    assertThat(end.changed()).isEqualTo(1);
    assertThat(end.blocks())
        .as("of the version that is current")
        .isEqualTo(new Amount(2, 0, 2, 0, 2));
    assertThat(cluster.isWhole("/models/sd/a")).isTrue();
  }

  @Test
  void an_object_overwritten_after_it_was_filled_is_found_by_the_check() {
    cluster.faults =
        new Faults() {
          private final AtomicInteger checks = new AtomicInteger();

          @Override
          void onResidency(Version version) {
            if (checks.incrementAndGet() == 1) {
              cluster.put("/models/sd/b", 3L * BLOCK);
              cluster.evict(cluster.current("/models/sd/a"), 0);
            }
          }
        };

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.VERIFIED);
    assertThat(cluster.isWhole("/models/sd/b")).isTrue();
    assertThat(cluster.isWhole("/models/sd/a")).isTrue();
  }

  @Test
  void an_object_that_never_stands_still_ends_as_changed() {
    cluster.faults =
        new Faults() {
          @Override
          @Nullable FillResult onFill(String member, Version version, int block) {
            if (version.name().key().endsWith("/a") && block == 3) {
              cluster.put("/models/sd/a", 10L * BLOCK);
            }
            return null;
          }
        };

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.CHANGED);
    assertThat(end.objects().verified()).isEqualTo(2);
    assertThat(end.problems()).extracting(Problem::path).containsExactly("/models/sd/a");
  }

  @Test
  void a_deleted_object_is_gone_and_does_not_stand_in_the_way() {
    cluster.faults =
        new Faults() {
          @Override
          void onOpen(String path) {
            cluster.delete("/models/sd/b");
          }
        };

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.VERIFIED);
    assertThat(end.gone()).isEqualTo(1);
    assertThat(end.objects().total()).isEqualTo(2);
    assertThat(end.blocks().total()).isEqualTo(11);
  }

  @Test
  void an_object_deleted_after_it_was_filled_takes_its_blocks_out_of_the_totals() {
    cluster.faults =
        new Faults() {
          private final AtomicInteger opens = new AtomicInteger();

          @Override
          void onOpen(String path) {
            if (path.endsWith("/a") && opens.incrementAndGet() == 2) {
              cluster.delete(path);
            }
          }
        };

    WarmupProgress end = job("/models/sd/a", "/models/sd/b").run();

    assertThat(end.state()).isEqualTo(State.VERIFIED);
    assertThat(end.gone()).isEqualTo(1);
    assertThat(end.objects()).isEqualTo(new Amount(1, 0, 1, 0, 1));
    assertThat(end.blocks()).isEqualTo(new Amount(1, 0, 1, 0, 1));
  }

  @Test
  void an_object_without_identity_is_incomplete() {
    cluster.putWeak("/models/sd/weak");

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.INCOMPLETE);
    assertThat(end.problems().getFirst().reason()).contains("no strong identity");
  }

  @Test
  void what_is_evicted_after_every_fill_is_never_called_verified() {
    cluster.faults =
        new Faults() {
          @Override
          void onResidency(Version version) {
            if (version.blockCount() > 2) {
              cluster.evict(version, 2);
            }
          }
        };

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.INCOMPLETE);
    assertThat(end.blocks().verified()).isEqualTo(11);
    assertThat(end.blocks().failed()).isEqualTo(1);
    assertThat(end.problems().getFirst().reason()).contains("1 of 11 blocks", "last check");
  }

  @Test
  void a_residency_that_nobody_tells_is_incomplete() {
    cluster.faults =
        new Faults() {
          @Override
          void onResidency(Version version) throws ReadException {
            throw new ReadException(Kind.UNAVAILABLE, "node-2 is away");
          }
        };

    WarmupProgress end = job("/models/sd/b").run();

    assertThat(end.state()).isEqualTo(State.INCOMPLETE);
    assertThat(end.blocks().verified()).isZero();
    assertThat(end.problems().getFirst().reason()).contains("node-2 is away");
  }

  @Test
  void a_listing_that_breaks_off_is_incomplete_and_what_was_listed_is_fetched() {
    cluster.pageSize = 2;
    cluster.faults =
        new Faults() {
          @Override
          void onList(String prefix, String startAfter) throws ReadException {
            if (!startAfter.isEmpty()) {
              throw new ReadException(Kind.DENIED, "403 AccessDenied");
            }
          }
        };

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.INCOMPLETE);
    assertThat(end.problems())
        .containsExactly(new Problem("/models/sd", "could not be listed: 403 AccessDenied"));
    assertThat(end.objects()).isEqualTo(new Amount(2, 0, 2, 0, 2));
  }

  @Test
  void a_page_that_fails_at_times_is_asked_again() {
    cluster.pageSize = 1;
    cluster.faults =
        new Faults() {
          private final AtomicInteger calls = new AtomicInteger();

          @Override
          void onList(String prefix, String startAfter) throws ReadException {
            if (calls.getAndIncrement() % 2 == 0) {
              throw new ReadException(
                  Kind.THROTTLED, "503", Duration.ofSeconds(5), new Exception("cause"));
            }
          }
        };
    long before = clock.nanoTime();

    WarmupProgress end = job("/models/sd").run();

    assertThat(end.state()).isEqualTo(State.VERIFIED);
    assertThat(clock.nanoTime() - before)
        .as("retry-after is kept")
        .isGreaterThanOrEqualTo(Duration.ofSeconds(5).toNanos());
  }

  @Test
  void more_objects_than_the_limit_are_incomplete() {
    for (int i = 0; i < 1001; i++) {
      cluster.put("/many/%04d".formatted(i), 1);
    }

    WarmupProgress end = job("/many").run();

    assertThat(end.state()).isEqualTo(State.INCOMPLETE);
    assertThat(end.objects().total()).isEqualTo(1000);
    assertThat(end.problems().getFirst().reason()).contains("more than 1000 objects");
  }

  @Test
  void only_the_first_problems_are_kept_and_all_are_counted() {
    for (int i = 0; i < 20; i++) {
      cluster.putWeak("/weak/" + i);
    }

    WarmupProgress end = job("/weak").run();

    assertThat(end.problems()).hasSize(LIMITS.mostProblems());
    assertThat(end.problemCount()).isEqualTo(20);
  }

  @Test
  void blocks_and_bytes_in_flight_stay_within_their_bounds() {
    for (int i = 0; i < 50; i++) {
      cluster.put("/many/%02d".formatted(i), (i % 9) * BLOCK);
    }
    cluster.faults =
        new Faults() {
          @Override
          @Nullable FillResult onFill(String member, Version version, int block) {
            Thread.yield();
            return null;
          }
        };

    assertThat(job("/many").run().state()).isEqualTo(State.VERIFIED);

    assertThat(cluster.mostBlocksInFlight).isBetween(1, LIMITS.blocksInFlight());
    assertThat(cluster.mostBytesInFlight).isBetween(1L, LIMITS.bytesInFlight());
  }

  @Test
  void a_cancelled_job_ends_soon_and_leaves_its_caller_uninterrupted() throws Exception {
    CountDownLatch filling = new CountDownLatch(1);
    cluster.faults =
        new Faults() {
          @Override
          @Nullable FillResult onFill(String member, Version version, int block)
              throws ReadException {
            filling.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw new ReadException(Kind.UNAVAILABLE, "interrupted");
            }
            return null;
          }
        };
    WarmupJob job = job("/models");
    AtomicReference<WarmupProgress> end = new AtomicReference<>();
    AtomicReference<Boolean> isInterrupted = new AtomicReference<>();
    Thread runner =
        Thread.ofVirtual()
            .start(
                () -> {
                  end.set(job.run());
                  isInterrupted.set(Thread.currentThread().isInterrupted());
                });

    filling.await();
    assertThat(job.progress().state().isEnd()).isFalse();
    job.cancel();
    runner.join();

    assertThat(Objects.requireNonNull(end.get()).state()).isEqualTo(State.CANCELLED);
    assertThat(isInterrupted.get()).isFalse();
  }

  @Test
  void a_job_cancelled_before_it_runs_does_nothing() {
    WarmupJob job = job("/models");
    job.cancel();

    assertThat(job.run().state()).isEqualTo(State.CANCELLED);
    assertThat(cluster.blocksAsked).isZero();
    assertThatThrownBy(job::run).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void an_interrupted_caller_cancels_and_stays_interrupted() {
    Thread.currentThread().interrupt();

    assertThat(job("/models").run().state()).isEqualTo(State.CANCELLED);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void progress_on_the_way_tells_rate_and_time_left() throws Exception {
    cluster.put("/big/one", 30L * BLOCK);
    AtomicReference<WarmupProgress> seen = new AtomicReference<>();
    AtomicReference<WarmupJob> running = new AtomicReference<>();
    CountDownLatch isListed = new CountDownLatch(1);
    cluster.members = 1;
    cluster.faults =
        new Faults() {
          @Override
          @Nullable FillResult onFill(String member, Version version, int block) {
            WarmupJob job = Objects.requireNonNull(running.get());
            while (!job.progress().isListed()) {
              Thread.yield();
            }
            clock.advanceMillis(100);
            if (block == 15) {
              seen.set(job.progress());
              isListed.countDown();
            }
            return null;
          }
        };
    WarmupJob job = job("/big");
    running.set(job);

    WarmupProgress end = job.run();

    WarmupProgress half = Objects.requireNonNull(seen.get());
    assertThat(half.state()).isEqualTo(State.FETCHING);
    assertThat(half.blocks()).isEqualTo(new Amount(30, 0, 15, 0, 0));
    assertThat(half.bytesPerSecond()).isBetween(8L * BLOCK, 11L * BLOCK);
    assertThat(half.eta()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(end.elapsed()).isEqualTo(Duration.ofSeconds(3));
    assertThat(end.eta()).isNull();
  }
}
