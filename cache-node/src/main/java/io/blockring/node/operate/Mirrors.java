package io.blockring.node.operate;

import com.google.protobuf.ByteString;
import io.blockring.client.Namespace;
import io.blockring.client.namespace.Digest;
import io.blockring.client.origin.Copies;
import io.blockring.mirror.Breaker;
import io.blockring.mirror.MirrorReport;
import io.blockring.mirror.OwnBucket;
import io.blockring.mirror.Replicator;
import io.blockring.node.book.Book;
import io.blockring.node.book.BookRecord;
import io.blockring.node.book.RecordKey;
import io.blockring.node.config.MountSettings;
import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.http.admin.ClusterStatus.Problem;
import io.blockring.node.http.admin.MirrorStatus;
import io.blockring.node.membership.Cluster;
import io.blockring.node.read.MirrorReads;
import io.blockring.node.read.MountTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The mounts with a source region behind them: which node replicates each, how far that is, and how
 * the buckets answer. Reports travel in the book, so every node knows them, and a restart too.
 */
public final class Mirrors implements AutoCloseable {
  static final String KIND = "mirror";

  /** Members find each other before the first comparison, or two would fill the same blocks. */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private record One(
      MountTable.Bound mount,
      MountTable.Mirror mirror,
      MountSettings settings,
      @Nullable Replicator replicator) {}

  private final Cluster cluster;
  private final Book book;
  private final Map<String, One> byMount = new ConcurrentSkipListMap<>();

  public Mirrors(Cluster cluster, Book book) {
    this.cluster = cluster;
    this.book = book;
    book.onChange(this::changed);
  }

  /** A replicator, here or elsewhere, is further than it was. */
  private void changed(Set<RecordKey> records) {
    for (One one : byMount.values()) {
      if (!records.contains(key(one.mount()))) {
        continue;
      }
      OwnBucket own = one.mirror().own();
      if (own != null) {
        own.forgetMissing();
      }
      long heard = report(one.mount().mount().name()).comparedEpochMillis();
      one.mirror().source().heardElsewhere(Duration.ofMillis(System.currentTimeMillis() - heard));
    }
  }

  /** Adds a mount with a source of which nothing is copied; to be called before {@link #start}. */
  public void add(MountTable.Bound mount, MountTable.Mirror mirror, MountSettings settings) {
    byMount.put(mount.mount().name(), new One(mount, mirror, settings, null));
  }

  /**
   * Adds a mount with a source that is copied; to be called before {@link #start}.
   *
   * @param writer of its own bucket; belongs to this from now on
   */
  public void add(
      MountTable.Bound mount,
      MountTable.Mirror mirror,
      MountSettings settings,
      Copies writer,
      Namespace namespace) {
    Replicator replicator = replicator(mount, settings, writer, namespace);
    byMount.put(mount.mount().name(), new One(mount, mirror, settings, replicator));
  }

  private Replicator replicator(
      MountTable.Bound mount, MountSettings settings, Copies writer, Namespace namespace) {
    RecordKey key = key(mount);
    return new Replicator(
        mount.mount().name(),
        cluster.view().selfId(),
        new MirrorReads(mount, namespace),
        writer,
        new Replicator.Limits(
            settings.mirror().rate().bytes(),
            settings.mirror().interval(),
            SETTLING,
            settings.origin().requestTimeout()),
        () -> cluster.view().isOwner(Digest.of("record", key.toString()).high()),
        report -> publish(key, report),
        System::currentTimeMillis);
  }

  private static RecordKey key(MountTable.Bound mount) {
    return new RecordKey(KIND, mount.mount().id().toString());
  }

  private void publish(RecordKey key, MirrorReport report) {
    ByteString body = ByteString.copyFromUtf8(report.encode());
    book.edit(
        key,
        before ->
            before != null && before.body().equals(body) ? null : new Book.Content(false, body));
  }

  public void start() {
    byMount.values().stream()
        .map(One::replicator)
        .filter(replicator -> replicator != null)
        .forEach(Replicator::start);
  }

  /** The mounts with a source, by name. */
  public List<String> mounts() {
    return List.copyOf(byMount.keySet());
  }

  /** What the cluster knows of a mount's replication. */
  public MirrorReport report(String mount) {
    One one = one(mount);
    BookRecord record = book.get(key(one.mount()));
    try {
      return record == null || record.isTombstone()
          ? MirrorReport.starting("")
          : MirrorReport.decode(record.body().toString(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return MirrorReport.starting(""); // of a version that says it in other words
    }
  }

  /** What this node's own replicator did; null when it has none. */
  public @Nullable MirrorReport ownReport(String mount) {
    Replicator replicator = one(mount).replicator();
    return replicator == null ? null : replicator.report();
  }

  /** What keeps this node's questions away from a mount's own bucket; null when there is none. */
  public @Nullable Breaker ownBreaker(String mount) {
    var own = one(mount).mirror().own();
    return own == null ? null : own.breaker();
  }

  public Breaker sourceBreaker(String mount) {
    return one(mount).mirror().source().breaker();
  }

  /** Versions that this node named without the source. */
  public long staleAnswers(String mount) {
    return one(mount).mirror().standIn().answers();
  }

  private One one(String mount) {
    One one = byMount.get(mount);
    if (one == null) {
      throw new IllegalArgumentException("no source behind mount '" + mount + "'");
    }
    return one;
  }

  List<MirrorStatus> all() {
    return byMount.keySet().stream().map(this::status).toList();
  }

  private MirrorStatus status(String mount) {
    One one = one(mount);
    MirrorReport report = report(mount);
    boolean isOff = one.replicator() == null;
    long seconds = report.lagMillis(System.currentTimeMillis()) / 1_000;
    return new MirrorStatus(
        mount,
        one.settings().source().url(),
        one.settings().origin().url(),
        isOff ? "" : report.node(),
        isOff ? MirrorStatus.State.OFF : MirrorStatus.State.valueOf(report.state().name()),
        isOff || report.lagObjects() < 0
            ? null
            : new MirrorStatus.Lag(report.lagObjects(), report.lagBytes(), seconds),
        new MirrorStatus.Amount(report.copiedObjects(), report.copiedBytes()),
        report.failedCopies(),
        report.bytesPerSecond(),
        one.settings().mirror().rate().bytes(),
        report.comparedEpochMillis(),
        report.trouble(),
        bucket(ownBreaker(mount)),
        bucket(sourceBreaker(mount)),
        staleAnswers(mount));
  }

  private static MirrorStatus.Bucket bucket(@Nullable Breaker breaker) {
    if (breaker == null) {
      return MirrorStatus.Bucket.NONE;
    }
    return breaker.isOpen() ? MirrorStatus.Bucket.LEFT_ALONE : MirrorStatus.Bucket.ANSWERS;
  }

  /** What is not as it should be. */
  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    for (String mount : byMount.keySet()) {
      Breaker own = ownBreaker(mount);
      if (own != null && own.isOpen()) {
        problems.add(
            problem(
                "own_bucket_down",
                mount,
                "its own bucket is left alone, misses come from the source region: "
                    + own.reason()));
      }
      Breaker source = sourceBreaker(mount);
      if (source.isOpen()) {
        problems.add(
            problem(
                "source_down",
                mount,
                "the source region does not answer, known versions stand in: " + source.reason()));
      }
      MirrorReport report = report(mount);
      if (!report.trouble().isEmpty() && one(mount).replicator() != null) {
        problems.add(problem("mirror_failing", mount, report.trouble()));
      }
    }
    return problems;
  }

  private static Problem problem(String code, String mount, String message) {
    return new Problem(Health.DEGRADED, code, mount, message);
  }

  @Override
  public void close() {
    for (One one : byMount.values()) {
      if (one.replicator() != null) {
        one.replicator().close();
      }
    }
  }
}
