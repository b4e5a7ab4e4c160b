package io.blockring.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReplicatorTest {
  private static final int PART = 8 << 20;

  private final FakeBucket source = new FakeBucket();
  private final FakeBucket bucket = new FakeBucket();
  private final AtomicBoolean isRunner = new AtomicBoolean(true);
  private final List<MirrorReport> told = new ArrayList<>();
  private @Nullable String vouched;
  private final Reads reads = new Reads();
  private final Replicator replicator =
      new Replicator(
          "models",
          "gpu-01",
          reads,
          bucket.copies(),
          new Replicator.Limits(
              1L << 40, Duration.ofDays(1), Duration.ZERO, Duration.ofSeconds(10)),
          isRunner::get,
          report -> {
            synchronized (told) {
              told.add(report);
            }
          },
          () -> 1_000_000);

  @Test
  void copies_what_is_missing_or_of_another_version_and_nothing_else() throws Exception {
    ObjectMetadata same = source.put("a-same", bytes(10, 1));
    bucket.putCopy("a-same", bytes(10, 1), same);
    ObjectMetadata before = source.put("b-overwritten", bytes(20, 2));
    bucket.putCopy("b-overwritten", bytes(20, 2), before);
    source.put("b-overwritten", bytes(20, 3));
    source.put("c-new", bytes(30, 4));
    source.put("d-foreign", bytes(5, 5));
    bucket.put("d-foreign", bytes(5, 6));
    source.put("e-empty", new byte[0]);
    source.put("folder/", new byte[0]);
    bucket.put("only-here", bytes(7, 7));

    replicator.run();

    assertThat(asked("PUT"))
        .containsExactlyInAnyOrder(
            "PUT b-overwritten", "PUT c-new", "PUT d-foreign", "PUT e-empty");
    assertCopied("b-overwritten", "c-new", "d-foreign", "e-empty", "a-same");
    assertThat(bucket.objects).containsKey("only-here").doesNotContainKey("folder/");
    MirrorReport report = replicator.report();
    assertThat(report.state()).isEqualTo(MirrorReport.State.WAITING);
    assertThat(report.lagObjects()).isZero();
    assertThat(report.lagBytes()).isZero();
    assertThat(report.lagMillis(2_000_000)).isZero();
    assertThat(report.copiedObjects()).isEqualTo(4);
    assertThat(report.copiedBytes()).isEqualTo(55);
    assertThat(told).extracting(MirrorReport::state).contains(MirrorReport.State.COPYING);
    MirrorReport copying =
        told.stream()
            .filter(r -> r.state() == MirrorReport.State.COPYING)
            .findFirst()
            .orElseThrow();
    assertThat(copying.lagObjects()).isEqualTo(4);
    assertThat(copying.lagMillis(1_000_000)).isEqualTo(1_000_000 - 3_000);
  }

  @Test
  void asks_nothing_again_of_what_it_found_current() throws Exception {
    for (int i = 0; i < 5; i++) {
      source.put("k" + i, bytes(10, i));
    }
    replicator.run();
    bucket.asked.clear();
    replicator.run(); // Each mark is read once more, as the copies were new.
    bucket.asked.clear();
    replicator.run();
    assertThat(bucket.asked).containsExactly("LIST null");
  }

  @Test
  void large_objects_go_in_parts() throws Exception {
    source.put("large", bytes(2 * PART + 5, 1));
    replicator.run();
    assertThat(asked("PART large")).hasSize(3);
    assertCopied("large");
  }

  @Test
  void what_fails_is_not_left_half_and_is_done_by_the_next_run() throws Exception {
    source.put("large", bytes(PART + 5, 1));
    source.put("small", bytes(500, 2));
    source.cutAfter = 100;
    replicator.run();
    MirrorReport report = replicator.report();
    assertThat(report.failedCopies()).isEqualTo(1);
    assertThat(report.lagObjects()).isEqualTo(1);
    assertThat(report.trouble()).contains("cut");
    assertThat(bucket.objects).hasSize(1);
    replicator.run();
    assertCopied("large", "small");
    assertThat(replicator.report().lagObjects()).isZero();
    assertThat(replicator.report().trouble()).isEmpty();
  }

  @Test
  void keeps_no_copy_whose_md5_is_not_the_sources() throws Exception {
    ObjectMetadata metadata = source.put("k", bytes(10, 1));
    vouched = metadata.etag().replace("\"", "");
    replicator.run();
    assertThat(bucket.objects).isEmpty();
    assertThat(replicator.report().trouble()).contains("MD5");
  }

  @Test
  void an_unreachable_source_changes_nothing_and_keeps_the_lag_known_before() throws Exception {
    source.put("k", bytes(10, 1));
    bucket.broken = null;
    source.broken = Kind.UNAVAILABLE;
    replicator.run();
    assertThat(replicator.report().state()).isEqualTo(MirrorReport.State.UNREACHABLE);
    assertThat(replicator.report().lagObjects()).isEqualTo(-1);
    source.broken = null;
    replicator.run();
    assertCopied("k");
  }

  @Test
  void stops_between_two_objects_when_another_node_takes_over() throws Exception {
    for (int i = 0; i < 300; i++) {
      source.put("k%03d".formatted(i), bytes(10, i));
    }
    isRunner.set(false);
    replicator.run();
    assertThat(bucket.objects).isEmpty();
    assertThat(replicator.report().lagObjects()).isEqualTo(300);
  }

  @Test
  void a_report_survives_its_way_through_the_book() {
    MirrorReport report =
        new MirrorReport(
            "gpu-01", MirrorReport.State.COPYING, 1, 2, 3, 4, 5, 6, 7, 8, "broke:\na = b");
    assertThat(MirrorReport.decode(report.encode() + "later=1\n").trouble())
        .isEqualTo("broke: a = b");
    assertThat(MirrorReport.decode(report.encode()).encode()).isEqualTo(report.encode());
  }

  @Test
  void a_copy_that_breaks_leaves_the_others_to_be_made() throws Exception {
    for (int i = 0; i < 10; i++) {
      source.put("k" + i, bytes(10, i));
    }
    reads.thrown = key -> key.compareTo("k4") < 0 ? new IllegalStateException("bad luck") : null;
    replicator.run();
    assertThat(bucket.objects).hasSize(6);
    assertThat(replicator.report().failedCopies()).isEqualTo(4);
    assertThat(replicator.report().trouble()).contains("bad luck");
  }

  @Test
  void a_run_ends_when_no_worker_lives() throws Exception {
    for (int i = 0; i < 300; i++) {
      source.put("k%03d".formatted(i), bytes(10, i));
    }
    reads.thrown = _ -> new OutOfMemoryError("scripted");
    replicator.run();
    assertThat(replicator.report().lagObjects()).isEqualTo(300);
    assertThat(replicator.report().failedCopies()).isEqualTo(2);
    assertThat(replicator.report().trouble()).contains("a worker broke", "OutOfMemoryError");
    reads.thrown = _ -> null;
    replicator.run();
    assertThat(replicator.report().lagObjects()).isZero();
  }

  @Test
  void refuses_an_object_whose_parts_would_not_fit_into_memory() throws Exception {
    source.put("vast", bytes(10, 1));
    reads.size = (64L << 20) * 10_000 + 1;
    replicator.run();
    assertThat(bucket.objects).isEmpty();
    assertThat(asked("BEGIN")).isEmpty();
    assertThat(replicator.report().failedCopies()).isEqualTo(1);
    assertThat(replicator.report().trouble()).contains("vast", "10000 parts of 67108864");
  }

  private void assertCopied(String... keys) {
    for (String key : keys) {
      FakeBucket.Stored theirs = Objects.requireNonNull(source.objects.get(key));
      FakeBucket.Stored ours = Objects.requireNonNull(bucket.objects.get(key), key);
      assertThat(Arrays.equals(ours.bytes(), theirs.bytes())).as(key).isTrue();
      assertThat(ours.copied()).as(key).isEqualTo(theirs.metadata());
    }
  }

  private List<String> asked(String begins) {
    synchronized (bucket) {
      return bucket.asked.stream().filter(question -> question.startsWith(begins)).toList();
    }
  }

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** The source itself, without a cluster between. */
  private final class Reads implements SourceReads {
    private final Namespace.Mount mount =
        new Namespace.Mount("models", MountId.of("s3://far/", "", 1 << 20, "auto"), 1 << 20);

    /** What opening a key throws, other than the declared; null for nothing. */
    private volatile Function<String, @Nullable Throwable> thrown = _ -> null;

    /** What every object's size is said to be; -1: as it is. */
    private volatile long size = -1;

    @Override
    public ListPage list(@Nullable String startAfter, long deadlineNanos) throws OriginException {
      return source.list(startAfter, 3, deadlineNanos);
    }

    @Override
    public OpenObject open(String key, ReadScope scope) throws ReadException {
      try {
        ObjectMetadata found = source.head(key, scope.deadlineNanos());
        Identity identity = Objects.requireNonNull(found.identity());
        switch (thrown.apply(key)) {
          case RuntimeException e -> throw e;
          case Error e -> throw e;
          case null, default -> {}
        }
        long said = size < 0 ? found.size() : size;
        ObjectName name = new ObjectName(mount.id(), key);
        return new OpenObject(
            mount,
            name,
            new Version(name, identity, said, mount.blockBytes()),
            said,
            found.lastModifiedEpochMillis(),
            found.etag(),
            found.contentType());
      } catch (OriginException e) {
        throw new ReadException(ReadException.Kind.UNAVAILABLE, "" + e.getMessage());
      }
    }

    @Override
    public void read(OpenObject object, long offset, ByteBuffer target, ReadScope scope)
        throws ReadException {
      Version version = Objects.requireNonNull(object.version());
      try (Origin.Body body =
          source.getRange(
              object.name().key(),
              version.identity(),
              object.size(),
              offset,
              target.remaining(),
              scope.deadlineNanos())) {
        while (target.hasRemaining()) {
          body.read(target);
        }
      } catch (OriginException e) {
        throw new ReadException(ReadException.Kind.UNAVAILABLE, "" + e.getMessage());
      }
    }

    @Override
    public String md5(String key, long deadlineNanos) {
      return vouched == null ? "" : vouched;
    }
  }
}
