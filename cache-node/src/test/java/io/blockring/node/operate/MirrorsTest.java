package io.blockring.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blockring.client.Namespace;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.file.FileOrigin;
import io.blockring.mirror.Breaker;
import io.blockring.mirror.MirrorReport;
import io.blockring.mirror.SourceRegion;
import io.blockring.mirror.StandIn;
import io.blockring.node.book.Book;
import io.blockring.node.book.RecordKey;
import io.blockring.node.config.ClusterSettings;
import io.blockring.node.config.MountSettings;
import io.blockring.node.config.Settings;
import io.blockring.node.host.Nic;
import io.blockring.node.membership.BookAlone;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.MemberAddress;
import io.blockring.node.read.MountTable;
import io.blockring.node.resolve.Freshness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicLong clock = new AtomicLong();
  private final SourceRegion source =
      new SourceRegion(
          new FileOrigin(
              Path.of("/far"), IdentityMode.AUTO, OriginLimits.DEFAULT, new OriginCounters()),
          new Breaker(SECOND, SECOND, clock::get),
          SECOND,
          clock::get);

  @Test
  void another_nodes_comparison_counts_as_hearing_the_source(@TempDir Path directory)
      throws Exception {
    MountSettings set =
        Objects.requireNonNull(
            Settings.read(List.of("--mounts.models.source.url=file:///far"), Map.of())
                .mounts()
                .get("models"));
    Namespace.Mount mount = new Namespace.Mount("models", set.id(), 1 << 22);
    MountTable.Mirror mirror =
        new MountTable.Mirror(null, source, new StandIn(source, null, SECOND));
    Book book = Book.open(directory.resolve("book"), "a");
    try (ControlClient client = new ControlClient();
        Cluster cluster = cluster(book, client);
        Mirrors mirrors = new Mirrors(cluster, book)) {
      mirrors.add(
          MountTable.bind(mount, mirror, Freshness.ALWAYS, Nic.UNLIMITED.taken()), mirror, set);
      clock.addAndGet(Duration.ofHours(2).toNanos());
      RecordKey key = new RecordKey(Mirrors.KIND, mount.id().toString());

      book.put(key, ByteString.copyFromUtf8(MirrorReport.starting("b").encode()));
      assertThat(source.unheard()).isEqualTo(Duration.ofHours(2));

      long compared = System.currentTimeMillis() - 60_000;
      MirrorReport report =
          new MirrorReport("b", MirrorReport.State.WAITING, 0, 0, 0, 0, compared, 0, 0, 0, "");
      book.put(key, ByteString.copyFromUtf8(report.encode()));
      assertThat(source.unheard()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
    }
  }

  private static Cluster cluster(Book book, ControlClient client) {
    ClusterSettings settings =
        new ClusterSettings("test", List.of(), 1, Duration.ofMinutes(1), 10, 20_000, 0);
    Cluster cluster =
        new Cluster("a", settings, book, new BookAlone(), client::exchange, List::of, SECOND);
    cluster.start(() -> 5, "", new MemberAddress("127.0.0.1", 1, 2, 3, 4));
    return cluster;
  }
}
