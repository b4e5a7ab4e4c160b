package io.blockring.client.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class KnownManifestsTest {
  private static final int BLOCK = 1 << 20;
  private final KnownManifests known = new KnownManifests(1 << 20);

  @Test
  void knows_the_blocks_of_the_version_that_was_opened_last() {
    Version one = version("k", "1", 3);
    Version two = version("k", "2", 3);
    known.learn(one, manifest(7, 0, 9));
    assertThat(known.of(one, 0)).isNotNull().extracting(m -> m.crc32c(0)).isEqualTo(7);
    assertThat(known.of(one, 1)).as("a block nobody reported").isNull();
    assertThat(known.of(two, 0)).isNull();
    known.learn(two, manifest(8, 8, 8));
    assertThat(known.of(one, 0)).as("of the older version").isNull();
    assertThat(known.of(two, 1)).isNotNull();
    known.forget(two.name());
    assertThat(known.of(two, 1)).isNull();
    assertThat(known.stamp(two.name())).isZero();
  }

  @Test
  void takes_no_manifest_of_another_number_of_blocks() {
    Version version = version("k", "1", 2);
    known.learn(version, manifest(7, 8, 9));
    assertThat(known.of(version, 0)).isNull();
  }

  @Test
  void holds_no_more_than_its_bytes() {
    KnownManifests small = new KnownManifests(10_000);
    int there = 0;
    for (int i = 0; i < 100; i++) {
      small.learn(version("k" + i, "1", 3), manifest(1, 2, 3));
    }
    for (int i = 0; i < 100; i++) {
      there += small.stamp(version("k" + i, "1", 3).name()) == 0 ? 0 : 1;
    }
    assertThat(there).isBetween(1, 10_000 / 256);
  }

  @Test
  void a_manifest_travels_as_bytes_and_keeps_its_stamp() {
    for (Manifest sent : new Manifest[] {manifest(1, 2, 3), manifest(0, 2, 0), manifest(0, 0, 0)}) {
      Manifest read =
          Manifest.parse(ByteBuffer.wrap(sent.crc32cBytes()), sent.knownBytes(), sent.blocks());
      assertThat(read.stamp()).isEqualTo(sent.stamp()).isNotZero();
      for (int i = 0; i < 3; i++) {
        assertThat(read.knows(i)).isEqualTo(sent.knows(i));
        assertThat(read.crc32c(i)).isEqualTo(sent.crc32c(i));
      }
    }
    assertThat(manifest(1, 2, 3).stamp()).isNotEqualTo(manifest(1, 2, 4).stamp());
    assertThatThrownBy(() -> Manifest.parse(ByteBuffer.allocate(11), new byte[0], 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("11");
  }

  /** 0 stands for a block that is not known. */
  private static Manifest manifest(int... crcs) {
    BitSet bits = new BitSet();
    for (int i = 0; i < crcs.length; i++) {
      bits.set(i, crcs[i] != 0);
    }
    return new Manifest(crcs, bits);
  }

  private static Version version(String key, String etag, int blocks) {
    return new Version(
        new ObjectName(MountId.of("s3://bucket/", "", BLOCK, "etag"), key),
        new Identity(Identity.Kind.ETAG, "\"" + etag + "\""),
        (long) blocks * BLOCK,
        BLOCK);
  }
}
