package io.blockring.node.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.manifest.KnownManifests;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.node.store.Reservation;
import io.blockring.node.store.SsdBlockStore;
import io.blockring.node.store.StoreSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node's own SSD as a rung, with what the manifest says of its blocks. */
@Timeout(60)
class StoreSourceTest {
  private static final int BLOCK = 2 << 20;
  private static final MountId MOUNT = MountId.of("s3://b/", "", BLOCK, "auto");

  @TempDir Path disk;

  private final Version version =
      new Version(
          new ObjectName(MOUNT, "k"), new Identity(Identity.Kind.ETAG, "\"1\""), BLOCK, BLOCK);
  private final byte[] content = new byte[BLOCK];
  private final KnownManifests manifests = new KnownManifests(1 << 20);
  private final ByteBuffer read = ByteBuffer.allocate(BLOCK);
  private SsdBlockStore store;

  @BeforeEach
  void fill() throws Exception {
    new Random(5).nextBytes(content);
    store =
        SsdBlockStore.open(
            StoreSettings.of(
                List.of(
                    new StoreSettings.DiskSettings(
                        disk, new StoreSettings.Budget.Bytes(64 << 20), 0))));
    try (Reservation room =
        Objects.requireNonNull(store.reserve(version.block(0), MOUNT, 0, BLOCK))) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCK).put(content).flip();
      assertThat(room.commit(bytes).get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Answer read(int offset, int length) throws Exception {
    ByteSink sink =
        new ByteSink() {
          @Override
          public ByteBuffer claim(int maxBytes) {
            return read.slice(read.position(), maxBytes);
          }

          @Override
          public void commit(int bytes, Rung rung) {
            read.position(read.position() + bytes);
          }
        };
    return new StoreSource(store, key -> Rung.SSD, manifests)
        .read(new BlockRange(version, 0, offset, length), sink, ReadScope.forReader(20_000));
  }

  private void manifestSays(int crc32c) {
    BitSet known = new BitSet();
    known.set(0);
    manifests.learn(version, new Manifest(new int[] {crc32c}, known));
  }

  private int rightCrc() {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }

  @Test
  void reads_what_the_manifest_says() throws Exception {
    manifestSays(rightCrc());
    assertThat(read(4_000, 200)).isInstanceOf(Answer.Complete.class);
    assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(content, 4_000, 200));
    read.clear();
    assertThat(read(0, BLOCK)).isInstanceOf(Answer.Complete.class);
    assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(content));
  }

  @Test
  void drops_a_block_that_the_manifest_contradicts_before_a_byte_of_a_small_part_leaves()
      throws Exception {
    assertThat(read(4_000, 200)).as("nothing is known").isInstanceOf(Answer.Complete.class);
    read.clear();
    manifestSays(rightCrc() + 1);
    assertThat(read(4_000, 200)).isInstanceOf(Answer.Failed.class);
    assertThat(read.position()).isZero();
    assertThat(store.contains(version.block(0))).isFalse();
  }
}
