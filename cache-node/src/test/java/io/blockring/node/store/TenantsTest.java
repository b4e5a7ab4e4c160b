package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.MountId;
import io.blockring.node.store.MountKeeping.Compression;
import io.blockring.node.store.MountKeeping.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What mounts may have of a disk, and what others cost them: memory only, no disk. */
class TenantsTest {
  private static final int SLOTS = 1000;
  private static final int SLOT_BYTES = 4 << 20;
  private static final MountId OWN = MountId.of("own", "", SLOT_BYTES, "etag");
  private static final MountId OTHER = MountId.of("other", "", SLOT_BYTES, "etag");
  private static final int FOREIGN = 1_000_000;

  private final AtomicLong seconds = new AtomicLong(1_800_000_000);
  private final List<IndexRecord> removals = new ArrayList<>();

  private record Disk(BlockTable table, Tenants tenants) {
    boolean isHit(MountId mount, long number, int length) {
      long fingerprint = Fingerprint.mix(number);
      Place found = table.lease(fingerprint);
      if (found != null) {
        table.release(found);
        return true;
      }
      int share = tenants.shareOf(mount);
      Place taken = table.take(share, length, true);
      if (taken != null) {
        table.publish(fingerprint, taken, share);
        assertThat(table.commit(fingerprint, taken)).isTrue();
      }
      return false;
    }

    int slotsOf(MountId mount) {
      return table.slotsOf(tenants.shareOf(mount));
    }
  }

  private Disk disk(Map<MountId, MountKeeping> mounts) {
    Tenants tenants = new Tenants(mounts, SLOTS, seconds::get);
    return new Disk(
        new BlockTable(SLOTS, SLOT_BYTES, 1 << 24, tenants, Integer.MAX_VALUE, removals::add),
        tenants);
  }

  private static MountKeeping keeping(double floor, double ceiling) {
    return new MountKeeping(Compression.NONE, floor, ceiling, Duration.ZERO, Priority.NORMAL);
  }

  private static MountKeeping keeping(Priority priority) {
    return new MountKeeping(Compression.NONE, 0, 1, Duration.ZERO, priority);
  }

  private static MountKeeping keeping(Duration ttl) {
    return new MountKeeping(Compression.NONE, 0, 1, ttl, Priority.NORMAL);
  }

  /** Hits that a mount loses to a loop of another over ten times the store. */
  private static int lostToLoop(Disk disk, int blocks) {
    for (int i = 0; i < blocks; i++) {
      disk.isHit(OWN, i, SLOT_BYTES);
    }
    int lost = 0;
    for (int i = 0; i < 5 * 10 * SLOTS; i++) {
      disk.isHit(OTHER, FOREIGN + i % (10 * SLOTS), SLOT_BYTES);
      // Rarely: nothing but the floor keeps a block that is read once while the loop reads 50,000.
      lost += i % 100 == 0 && !disk.isHit(OWN, (i / 100) % blocks, SLOT_BYTES) ? 1 : 0;
    }
    return lost;
  }

  @Test
  void loop_of_another_mount_over_ten_times_the_store_costs_a_mount_within_its_floor_nothing() {
    int blocks = SLOTS * 3 / 10;
    assertThat(lostToLoop(disk(Map.of(OWN, keeping(0.3, 1))), blocks)).isZero();
    assertThat(lostToLoop(disk(Map.of()), blocks)).as("without a floor").isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, SLOT_BYTES})
  void mount_at_its_ceiling_makes_room_for_its_own(int length) {
    Disk disk = disk(Map.of(OWN, keeping(0, 0.2)));
    int perSlot = length == SLOT_BYTES ? 1 : 400;
    for (int i = 0; i < SLOTS / 2; i++) {
      disk.isHit(OTHER, FOREIGN + i, SLOT_BYTES);
    }
    for (int i = 0; i < SLOTS * perSlot; i++) {
      disk.isHit(OWN, i, length);
      assertThat(disk.slotsOf(OWN)).isLessThanOrEqualTo(SLOTS / 5);
    }
    assertThat(disk.slotsOf(OWN)).isEqualTo(SLOTS / 5);
    assertThat(disk.slotsOf(OTHER)).as("nothing was taken from others").isEqualTo(SLOTS / 2);
  }

  @Test
  void mount_over_a_ceiling_that_was_lowered_shrinks_to_it() {
    Disk before = disk(Map.of(OWN, keeping(0, 0.5)));
    for (int i = 0; i < SLOTS / 2; i++) {
      before.isHit(OWN, i, SLOT_BYTES);
    }
    Disk after = restarted(before, Map.of(OWN, keeping(0, 0.2)));
    assertThat(after.slotsOf(OWN)).isEqualTo(SLOTS / 2);
    for (int i = 0; i < SLOTS; i++) {
      after.isHit(OWN, SLOTS + i, SLOT_BYTES);
    }
    assertThat(after.slotsOf(OWN)).isEqualTo(SLOTS / 5);
  }

  @Test
  void blocks_of_a_lower_priority_go_first_and_never_push_out_higher_ones() {
    Disk disk = disk(Map.of(OWN, keeping(Priority.HIGH), OTHER, keeping(Priority.LOW)));
    for (int i = 0; i < SLOTS; i++) {
      disk.isHit(OTHER, FOREIGN + i, SLOT_BYTES);
    }
    for (int i = 0; i < SLOTS * 7 / 10; i++) {
      disk.isHit(OWN, i, SLOT_BYTES);
    }
    assertThat(disk.slotsOf(OWN)).isEqualTo(SLOTS * 7 / 10);
    for (int i = 0; i < 10 * SLOTS; i++) {
      disk.isHit(OTHER, FOREIGN + i, SLOT_BYTES);
    }
    assertThat(disk.slotsOf(OWN)).isEqualTo(SLOTS * 7 / 10);
    for (int i = 0; i < 2 * SLOTS; i++) {
      disk.isHit(OWN, i, SLOT_BYTES);
    }
    assertThat(disk.slotsOf(OTHER)).isZero();
    disk.isHit(OTHER, FOREIGN, SLOT_BYTES);
    assertThat(disk.slotsOf(OTHER)).as("not admitted").isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, SLOT_BYTES})
  void block_goes_when_it_is_older_than_its_mount_allows_and_not_before(int length) {
    Disk disk = disk(Map.of(OWN, keeping(Duration.ofHours(16))));
    for (int i = 0; i < 100; i++) {
      disk.isHit(OWN, i, length);
      disk.isHit(OTHER, FOREIGN + i, length);
    }
    seconds.addAndGet(Duration.ofMinutes(15 * 60 + 59).toSeconds());
    disk.isHit(OWN, 100, length);
    expire(disk);
    assertThat(disk.table.blocks()).isEqualTo(201);

    seconds.addAndGet(Duration.ofMinutes(2 * 60).toSeconds());
    // As after a restart of a node that was down: the age is in the index.
    Disk restarted = restarted(disk, Map.of(OWN, keeping(Duration.ofHours(16))));
    for (Disk one : List.of(disk, restarted)) {
      expire(one);
      assertThat(one.table.blocks()).isEqualTo(101);
      assertThat(one.table.expiredBlocks()).isEqualTo(100);
      assertThat(one.isHit(OWN, 100, length)).as("filled later").isTrue();
      assertThat(one.isHit(OTHER, FOREIGN, length)).as("has no ttl").isTrue();
    }
  }

  @Test
  void expired_block_that_is_being_read_keeps_its_slot_until_then() {
    Disk disk = disk(Map.of(OWN, keeping(Duration.ofHours(16))));
    disk.isHit(OWN, 1, SLOT_BYTES);
    Place leased = Objects.requireNonNull(disk.table.lease(Fingerprint.mix(1)));
    seconds.addAndGet(Duration.ofHours(20).toSeconds());
    expire(disk);
    assertThat(disk.table.find(Fingerprint.mix(1))).isNull();
    Place other = Objects.requireNonNull(disk.table.take(SLOT_BYTES, true));
    assertThat(other.slot()).isNotEqualTo(leased.slot());
    disk.table.release(leased);
    assertThat(disk.table.leases()).isZero();
  }

  @Test
  void everything_is_counted_whatever_mounts_do() {
    Disk disk =
        disk(
            Map.of(
                OWN,
                new MountKeeping(Compression.NONE, 0.2, 0.4, Duration.ofMinutes(1), Priority.LOW),
                OTHER,
                keeping(0.5, 1)));
    MountId third = MountId.of("third", "", SLOT_BYTES, "etag");
    List<MountId> mounts = List.of(OWN, OTHER, third);
    SplittableRandom random = new SplittableRandom(17);
    for (int i = 0; i < 60_000; i++) {
      int number = random.nextInt(9000);
      disk.isHit(mounts.get(number % 3), number, number % 2 == 0 ? SLOT_BYTES : 300_000);
      if (random.nextInt(100) == 0) {
        seconds.addAndGet(random.nextInt(10));
        expire(disk);
      }
    }
    int found = 0;
    for (int number = 0; number < 9000; number++) {
      found += disk.table.find(Fingerprint.mix(number)) == null ? 0 : 1;
    }
    assertThat(found).isEqualTo(disk.table.blocks());
    assertThat(disk.slotsOf(OWN)).isLessThanOrEqualTo(SLOTS * 4 / 10);
    assertThat(disk.slotsOf(OWN) + disk.slotsOf(OTHER) + disk.slotsOf(third))
        .isLessThanOrEqualTo(SLOTS);
  }

  private Disk restarted(Disk before, Map<MountId, MountKeeping> mounts) {
    Disk after = disk(mounts);
    assertThat(before.table.copyCommitted(0, Integer.MAX_VALUE, after.table::restore))
        .isEqualTo(SlotTable.NONE);
    after.table.restored();
    return after;
  }

  private static void expire(Disk disk) {
    int slot = 0;
    do {
      slot = disk.table.expire(slot, 100);
    } while (slot > 0);
  }
}
