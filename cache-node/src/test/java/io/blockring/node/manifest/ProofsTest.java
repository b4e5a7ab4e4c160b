package io.blockring.node.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.cluster.BlockChecksums;
import io.blockring.client.manifest.Crc64Nvme;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ObjectChecksum;
import io.blockring.client.origin.ObjectChecksum.Kind;
import io.blockring.client.origin.OriginException;
import io.blockring.node.fill.FakeOrigin;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a resolver makes of its owners' reports, and of what the bucket vouches for. */
@Timeout(30)
class ProofsTest {
  private static final int BLOCK = 16 * 4_096;
  private static final MountId MOUNT = MountId.of("s3://b/", "", BLOCK, "auto");

  @TempDir Path directory;
  private final byte[] content = FakeOrigin.content(1, 5 * BLOCK + 77);
  private final FakeOrigin origin = new FakeOrigin();
  private final List<Version> dropped = new CopyOnWriteArrayList<>();
  private final ManifestCounters counters = new ManifestCounters();
  private final Proofs proofs =
      new Proofs(
          mount -> origin,
          version -> {
            dropped.add(version);
            return version.blockCount();
          },
          counters);
  private final Manifests manifests = new Manifests(proofs, counters);
  private final Version version = version("k", content);

  @Test
  void a_complete_version_is_proved_by_the_buckets_crc64nvme_in_any_order_of_reports() {
    origin.kept = new ObjectChecksum(Kind.CRC64NVME, Crc64Nvme.of(ByteBuffer.wrap(content)));
    List<BlockChecksums> reports = reports(version, content, true);
    Collections.shuffle(reports, new java.util.Random(3));
    reports.forEach(one -> manifests.take("a", List.of(one)));
    await(() -> counters.proved.sum() == 1);
    Manifest told = Objects.requireNonNull(manifests.of(version));
    for (int block = 0; block < version.blockCount(); block++) {
      assertThat(told.knows(block)).isTrue();
      assertThat(told.crc32c(block)).isEqualTo(crc(content, version, block));
    }
    // Refilled: nothing new, and the bucket is not asked again.
    manifests.take("b", reports);
    assertThat(origin.checksums).hasValue(1);
    assertThat(dropped).isEmpty();
  }

  @Test
  void so_is_one_by_its_crc32c_without_any_crc64nvme() {
    origin.kept = new ObjectChecksum(Kind.CRC32C, Integer.toUnsignedLong(crc(content)));
    manifests.take("a", reports(version, content, false));
    await(() -> counters.proved.sum() == 1);
  }

  @Test
  void one_that_the_bucket_refutes_is_dropped_everywhere_and_proved_when_it_came_right() {
    ObjectChecksum right =
        new ObjectChecksum(Kind.CRC64NVME, Crc64Nvme.of(ByteBuffer.wrap(content)));
    origin.kept = right;
    byte[] wrong = content.clone();
    wrong[2 * BLOCK + 5] ^= 1;
    manifests.take("a", reports(version, wrong, true));
    await(() -> !dropped.isEmpty());
    assertThat(dropped).containsExactly(version);
    assertThat(counters.refuted.sum()).isEqualTo(1);
    assertThat(proofs.refuted())
        .singleElement()
        .satisfies(
            one -> assertThat(one.what()).contains("k@", "CRC64NVME", "dropped", right.toString()));
    Manifest told = Objects.requireNonNull(manifests.of(version));
    assertThat(told.knows(0)).isFalse();
    manifests.take("a", reports(version, content, true));
    await(() -> counters.proved.sum() == 1);
  }

  @Test
  void a_second_refutation_is_told_and_ends_there() {
    origin.kept = new ObjectChecksum(Kind.CRC32C, 42);
    for (int round = 1; round <= 3; round++) {
      int told = round;
      manifests.take("a", reports(version, content, true));
      await(() -> counters.refuted.sum() == Math.min(told, 2));
    }
    assertThat(dropped).hasSize(1);
    assertThat(proofs.refuted())
        .singleElement()
        .satisfies(one -> assertThat(one.what()).contains("kept", "again"));
    assertThat(origin.checksums).hasValue(2);
  }

  @Test
  void two_reports_that_differ_drop_each_other_until_a_third() {
    manifests.take("a", reports(version, content, true));
    BlockChecksums other = new BlockChecksums(version, 1, 42, true, 42);
    manifests.take("b", List.of(other));
    assertThat(counters.conflicts.sum()).isEqualTo(1);
    Manifest told = Objects.requireNonNull(manifests.of(version));
    manifests.take("c", List.of(other));
    Manifest later = Objects.requireNonNull(manifests.of(version));
    assertThat(later.crc32c(1)).isEqualTo(42);
    assertThat(told.stamp()).isNotEqualTo(later.stamp());
  }

  @Test
  void a_report_against_what_the_bucket_proved_changes_nothing() {
    origin.kept = new ObjectChecksum(Kind.CRC32C, Integer.toUnsignedLong(crc(content)));
    manifests.take("a", reports(version, content, true));
    await(() -> counters.proved.sum() == 1);
    manifests.take("b", List.of(new BlockChecksums(version, 1, 42, true, 42)));
    assertThat(counters.conflicts.sum()).isEqualTo(1);
    Manifest told = Objects.requireNonNull(manifests.of(version));
    assertThat(told.crc32c(1)).isEqualTo(crc(content, version, 1));
  }

  @Test
  void a_bucket_without_checksums_is_soon_asked_seldom_and_owners_compute_no_crc64nvme() {
    for (int i = 0; i < 3; i++) {
      int told = i + 1;
      assertThat(manifests.take("a", reports(version("k" + i, content), content, true))).isEmpty();
      await(() -> counters.unproved.sum() == told);
    }
    assertThat(manifests.take("a", reports(version("more", content), content, false)))
        .containsExactly(MOUNT);
    for (int i = 0; i < 127; i++) {
      manifests.take("a", reports(version("more" + i, content), content, false));
    }
    await(() -> counters.unproved.sum() == 3 + 128);
    assertThat(origin.checksums).hasValue(3 + 2);
  }

  @Test
  void a_bucket_that_refuses_leaves_it_unproved_and_one_block_is_not_worth_a_request() {
    byte[] small = FakeOrigin.content(2, BLOCK);
    manifests.take("a", reports(version("small", small), small, true));
    assertThat(manifests.of(version("small", small))).isNotNull();
    origin.refusal = OriginException.Kind.DENIED;
    manifests.take("a", reports(version, content, true));
    await(() -> counters.unproved.sum() == 1);
    assertThat(origin.checksums).hasValue(1);
    assertThat(dropped).isEmpty();
  }

  @Test
  void what_was_reported_survives_a_restart_and_is_completed_after_it() throws Exception {
    origin.kept = new ObjectChecksum(Kind.CRC64NVME, Crc64Nvme.of(ByteBuffer.wrap(content)));
    List<BlockChecksums> reports = reports(version, content, true);
    manifests.take("a", reports.subList(0, 3));
    byte[] saved = Objects.requireNonNull(manifests.snapshot());
    assertThat(manifests.snapshot()).as("unchanged").isNull();
    Path file = directory.resolve("manifests");
    Files.write(file, saved);
    Manifests restarted = new Manifests(proofs, counters);
    restarted.restore(file);
    Manifest told = Objects.requireNonNull(restarted.of(version));
    assertThat(told.stamp()).isEqualTo(Objects.requireNonNull(manifests.of(version)).stamp());
    restarted.take("b", reports.subList(3, reports.size()));
    await(() -> counters.proved.sum() == 1);

    saved[saved.length / 2] ^= 1;
    Files.write(file, saved);
    Manifests damaged = new Manifests(proofs, counters);
    assertThatThrownBy(() -> damaged.restore(file)).hasMessageContaining("damaged");
    assertThat(damaged.versions()).isZero();
  }

  @Test
  void a_block_that_a_version_does_not_have_is_refused() {
    assertThatThrownBy(
            () -> manifests.take("a", List.of(new BlockChecksums(version, 6, 1, false, 0))))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private Version version(String key, byte[] bytes) {
    origin.put(key, "\"" + bytes.length + "\"", bytes);
    return origin.version(new ObjectName(MOUNT, key), BLOCK);
  }

  private static List<BlockChecksums> reports(Version version, byte[] bytes, boolean isWith64) {
    List<BlockChecksums> reports = new ArrayList<>();
    for (int block = 0; block < version.blockCount(); block++) {
      ByteBuffer part = ByteBuffer.wrap(bytes, block * BLOCK, version.blockLength(block));
      reports.add(
          new BlockChecksums(
              version,
              block,
              crc(bytes, version, block),
              isWith64,
              isWith64 ? Crc64Nvme.of(part) : 0));
    }
    return reports;
  }

  private static int crc(byte[] bytes, Version version, int block) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, block * BLOCK, version.blockLength(block));
    return (int) crc.getValue();
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
