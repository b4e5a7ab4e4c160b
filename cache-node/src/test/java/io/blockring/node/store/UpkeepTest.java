package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.store.disk.Directory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tending one disk, step by step, on a file system whose free space the test decides. */
class UpkeepTest {
  private static final long FLOOR = 1000;
  private static final int SLOTS = 8;
  private static final int LENGTH = TestBlocks.SMALL_LIMIT;

  @TempDir Path path;

  private final ReentrantLock lock = new ReentrantLock();
  private final FakeFileStore fileStore = new FakeFileStore();
  private final StoreSettings settings =
      TestBlocks.settings(TestBlocks.disk(Path.of("unused"), SLOTS));
  private Parts parts;

  private record Parts(
      Directory directory,
      BlockTable table,
      SlotFiles files,
      GroupCommit commits,
      IndexLog log,
      Upkeep upkeep) {}

  @BeforeEach
  void open() throws IOException {
    parts = openParts();
  }

  @AfterEach
  void close() throws IOException {
    closeParts();
  }

  private Parts openParts() throws IOException {
    Directory directory = Directory.take(path);
    List<IndexLog> made = new ArrayList<>();
    BlockTable table =
        new BlockTable(SLOTS, TestBlocks.SLOT_BYTES, 1 << 20, r -> made.get(0).add(r));
    DiskFormat format = DiskFormat.openOrReset(directory, TestBlocks.SLOT_BYTES);
    made.add(IndexLog.open(directory, format, lock, table::restore));
    table.restored();
    IndexLog log = made.get(0);
    SlotFiles files = new SlotFiles(directory, TestBlocks.SLOT_BYTES, SLOTS);
    files.open(table.highWater());
    GroupCommit commits = new GroupCommit(lock, table, files, log);
    Capacity capacity = Capacity.of(settings.disks().get(0), settings, 1L << 40);
    FreeSpace space = new FreeSpace(fileStore, FLOOR);
    DiskHealth health = new DiskHealth(path, settings.retryAfter(), System::nanoTime);
    Upkeep upkeep =
        new Upkeep(
            lock,
            settings,
            capacity,
            Tenants.none(SLOTS),
            new DailyWrites(0, () -> 0),
            table,
            files,
            space,
            commits,
            log,
            health,
            new PageHandback(lock, table, files, System::nanoTime, "pages-test"),
            System::nanoTime,
            "upkeep-test");
    return new Parts(directory, table, files, commits, log, upkeep);
  }

  private void closeParts() throws IOException {
    parts.log.close();
    parts.files.close();
    parts.directory.close();
  }

  private void put(int number) throws IOException {
    long fingerprint = Fingerprint.mix(number);
    Place place = parts.table.take(LENGTH, true);
    if (place == null) {
      throw new AssertionError("no room for block " + number);
    }
    parts.files.detach(place.slot());
    ByteBuffer bytes = TestBlocks.bytes(TestBlocks.key(number), LENGTH);
    parts.files.openForWriting(place.slot()).write(bytes, parts.files.dataPosition(place));
    parts.table.publish(fingerprint, place);
    parts.commits.written(fingerprint, place);
  }

  @Test
  void gives_slots_back_until_the_floor_is_free_again_and_takes_them_later() throws IOException {
    for (int i = 0; i < SLOTS; i++) {
      put(i);
    }
    fileStore.usableBytes = FLOOR - 1;
    fileStore.looksUntilEnough = 4;
    parts.upkeep.tend();

    assertThat(parts.table.blocks()).isEqualTo(SLOTS - 3);
    fileStore.usableBytes = 1L << 40;
    for (int i = 10; i < 13; i++) {
      put(i);
    }
    assertThat(parts.table.blocks()).isEqualTo(SLOTS);
    assertThat(parts.table.evictedBlocks()).isEqualTo(3);
  }

  @Test
  void index_that_is_mostly_history_is_rewritten_and_says_the_same() throws IOException {
    for (int i = 0; i < 200; i++) {
      put(i);
      parts.upkeep.tend();
    }
    assertThat(parts.log.bytes()).isLessThan(100L * IndexPage.BYTES);
    List<Place> before = places();
    closeParts();
    parts = openParts();
    assertThat(places()).isEqualTo(before);
    assertThat(parts.table.blocks()).isEqualTo(SLOTS);
  }

  @Test
  void block_that_was_not_flushed_is_not_in_the_index() throws IOException {
    put(1);
    parts.upkeep.tend();
    put(2);
    parts.log.write();
    closeParts();
    parts = openParts();
    assertThat(parts.table.find(Fingerprint.mix(1))).isNotNull();
    assertThat(parts.table.find(Fingerprint.mix(2))).isNull();
  }

  @Test
  void records_added_while_the_index_is_rewritten_are_in_the_new_one() throws IOException {
    put(1);
    put(2);
    parts.upkeep.tend();
    long late = Fingerprint.mix(99);
    parts.log.rewrite(
        (slot, enough, target) -> {
          int next = parts.table.copyCommitted(slot, enough, target);
          // As if another thread evicted and added right after the copying.
          Place gone = parts.table.find(Fingerprint.mix(1));
          if (gone != null) {
            parts.table.remove(Fingerprint.mix(1), gone);
            parts.log.add(IndexRecord.added(late, Place.large(gone.slot(), 1_000_000)));
          }
          return next;
        });
    closeParts();
    parts = openParts();
    assertThat(parts.table.find(Fingerprint.mix(1))).isNull();
    assertThat(parts.table.find(Fingerprint.mix(2))).isNotNull();
    assertThat(parts.table.find(late)).isNotNull();
  }

  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Place place = parts.table.find(Fingerprint.mix(i));
      if (place != null) {
        places.add(place);
      }
    }
    return places;
  }

  /** Has too little space until it was asked so many times. */
  private static final class FakeFileStore extends FileStore {
    long usableBytes = 1L << 40;
    int looksUntilEnough;

    @Override
    public long getUsableSpace() {
      return looksUntilEnough > 0 && --looksUntilEnough == 0 ? 1L << 40 : usableBytes;
    }

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public String type() {
      return "fake";
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public long getTotalSpace() {
      return 1L << 40;
    }

    @Override
    public long getUnallocatedSpace() {
      return usableBytes;
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
      return false;
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
      return false;
    }

    @Override
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
      return null;
    }

    @Override
    public Object getAttribute(String attribute) {
      throw new UnsupportedOperationException(attribute);
    }
  }
}
