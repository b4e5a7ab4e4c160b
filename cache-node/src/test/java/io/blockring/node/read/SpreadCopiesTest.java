package io.blockring.node.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.node.fill.FakeStore;
import io.blockring.node.store.Reservation;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpreadCopiesTest {
  private static final int BLOCK = 1 << 20;
  private static final MountId MOUNT = MountId.of("s3://b", "", BLOCK, "etag");
  private static final BlockRange COPY =
      BlockRange.whole(
          new Version(
              new ObjectName(MOUNT, "k"), new Identity(Identity.Kind.ETAG, "1"), BLOCK, BLOCK),
          0);

  private final FakeStore store = new FakeStore();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

  @BeforeEach
  void keep() {
    try (Reservation room =
        Objects.requireNonNull(store.reserve(COPY.key(), MOUNT, COPY.placementHash(), BLOCK))) {
      room.commit(ByteBuffer.allocate(BLOCK)).join();
    }
  }

  @Test
  void a_copy_goes_when_nobody_has_read_it_for_a_while() {
    SpreadCopies copies = new SpreadCopies(store, block -> false, now::get);
    copies.made(COPY);
    now.addAndGet(SpreadCopies.KEPT.toNanos() - 1);
    copies.giveUpUnread();
    assertThat(store.contains(COPY.key())).isTrue();
    copies.read(COPY);
    now.addAndGet(SpreadCopies.KEPT.toNanos() - 1);
    copies.giveUpUnread();
    assertThat(store.contains(COPY.key())).isTrue();
    now.addAndGet(1);
    copies.giveUpUnread();
    assertThat(store.contains(COPY.key())).isFalse();
    assertThat(copies.count()).isZero();
  }

  @Test
  void a_copy_of_a_block_that_is_its_own_by_now_stays() {
    SpreadCopies copies = new SpreadCopies(store, block -> true, now::get);
    copies.made(COPY);
    now.addAndGet(SpreadCopies.KEPT.toNanos());
    copies.giveUpUnread();
    assertThat(store.contains(COPY.key())).isTrue();
    assertThat(copies.count()).isZero();
  }
}
