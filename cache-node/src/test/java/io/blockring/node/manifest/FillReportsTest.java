package io.blockring.node.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.cluster.ControlClient;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.ladder.Rung;
import io.blockring.client.manifest.Crc64Nvme;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ObjectChecksum;
import io.blockring.client.origin.OriginSource;
import io.blockring.node.fill.FakeOrigin;
import io.blockring.node.fill.FakeStore;
import io.blockring.node.fill.FillCounters;
import io.blockring.node.fill.FillSources;
import io.blockring.node.fill.Fills;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From a fill at an owner to a version that its resolver proved. */
@Timeout(30)
class FillReportsTest {
  private static final int BLOCK = 16 * 4_096;
  private final byte[] content = FakeOrigin.content(1, 3 * BLOCK + 77);
  private final FakeOrigin origin = new FakeOrigin();
  private final ManifestCounters counters = new ManifestCounters();
  private final Manifests manifests =
      new Manifests(new Proofs(mount -> origin, version -> 0, counters), counters);

  @Test
  void what_was_filled_is_known_to_its_resolver_and_proved() throws Exception {
    origin.put("k", "\"1\"", content);
    origin.kept =
        new ObjectChecksum(ObjectChecksum.Kind.CRC64NVME, Crc64Nvme.of(ByteBuffer.wrap(content)));
    ObjectName name = new ObjectName(MountId.of("s3://b/", "", BLOCK, "auto"), "k");
    Version version = origin.version(name, BLOCK);
    Fills fills = fills(Rung.ORIGIN);
    try (ControlClient control = new ControlClient();
        FillReports reports = new FillReports("a", alone(), control, manifests, counters)) {
      fills.tell(reports::filled);
      for (int block = 0; block < version.blockCount(); block++) {
        assertThat(fill(fills, version, block)).isInstanceOf(Answer.Complete.class);
      }
      while (counters.proved.sum() == 0) {
        LockSupport.parkNanos(1_000_000);
      }
      Manifest told = Objects.requireNonNull(manifests.of(version));
      assertThat(told.knows(3)).isTrue();
      assertThat(counters.reported.sum()).isEqualTo(4);
      assertThat(origin.checksums).hasValue(1);
    }
  }

  @Test
  void what_came_from_a_peer_is_not_reported() throws Exception {
    origin.put("k", "\"1\"", content);
    ObjectName name = new ObjectName(MountId.of("s3://b/", "", BLOCK, "auto"), "k");
    Version version = origin.version(name, BLOCK);
    Fills fills = fills(Rung.PEER);
    try (ControlClient control = new ControlClient();
        FillReports reports = new FillReports("a", alone(), control, manifests, counters)) {
      fills.tell(reports::filled);
      fill(fills, version, 0);
      assertThat(reports.waiting()).isZero();
      assertThat(manifests.of(version)).isNull();
    }
  }

  private static Answer fill(Fills fills, Version version, int block) throws Exception {
    return fills
        .bringIn(version, block, ReadScope.forReader(20_000))
        .get(20, TimeUnit.SECONDS)
        .answer();
  }

  private Fills fills(Rung rung) {
    return new Fills(
        new ByteBudget(8L * BLOCK, BLOCK),
        new FakeStore(),
        (block, asker) -> List.of(new FillSources.Named("bucket", new OriginSource(origin, rung))),
        new Fills.Limits(10, Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(1)),
        new FillCounters());
  }

  private static Routes alone() {
    return new Routes() {
      @Override
      public List<Member> candidates(long placementHash) {
        return List.of(new Member("a", "127.0.0.1", 1, 1, true));
      }

      @Override
      public List<Member> holders(long placementHash) {
        return List.of();
      }

      @Override
      public String fingerprint() {
        return "";
      }
    };
  }
}
