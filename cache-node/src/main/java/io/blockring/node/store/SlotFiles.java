package io.blockring.node.store;

import io.blockring.node.store.disk.Directory;
import io.blockring.node.store.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The segment files of a disk, and where in them slots lie: headers in front, then the slots, each
 * aligned to its size. Files stay open. Safe for many threads.
 */
final class SlotFiles {
  static final int SEGMENT_SLOTS = 512;

  private final Directory directory;
  private final int slotBytes;
  private final int slots;
  private final int headerBytes;
  private final long dataStart;
  private final AtomicReferenceArray<DiskFile> files;

  /** Guarded by this. */
  private boolean arePagesCounted;

  SlotFiles(Directory directory, int slotBytes, int slots) {
    this.directory = directory;
    this.slotBytes = slotBytes;
    this.slots = slots;
    this.headerBytes = headerBytes(slotBytes);
    this.dataStart = roundUp((long) SEGMENT_SLOTS * headerBytes, slotBytes);
    this.files = new AtomicReferenceArray<>((slots + SEGMENT_SLOTS - 1) / SEGMENT_SLOTS);
  }

  /** What the header of a large block takes, in whole pages. */
  static int headerBytes(int slotBytes) {
    return (int) roundUp(BlockHeader.bytes(slotBytes), 4096);
  }

  /** Opens what the first slots need, and gives back what a smaller budget left over. */
  void open(int slotsInUse) throws IOException {
    for (int slot = 0; slot < slotsInUse; slot += SEGMENT_SLOTS) {
      openForWriting(slot);
    }
    int inLast = slots % SEGMENT_SLOTS;
    DiskFile last = files.get(files.length() - 1);
    if (inLast > 0 && last != null) {
      long end = dataStart + (long) inLast * slotBytes;
      if (last.size() > end) {
        last.punch(end, last.size() - end);
      }
    }
    int surplus = files.length();
    while (Files.deleteIfExists(directory.path().resolve(name(surplus)))) {
      surplus++;
    }
  }

  /** The file of a slot that was written before. */
  DiskFile of(int slot) {
    return Objects.requireNonNull(files.get(segment(slot)));
  }

  /** The file of a slot, made if need be. */
  DiskFile openForWriting(int slot) throws IOException {
    int segment = segment(slot);
    DiskFile file = files.get(segment);
    if (file != null) {
      return file;
    }
    synchronized (this) {
      file = files.get(segment);
      if (file == null) {
        file = DiskFile.open(directory.path().resolve(name(segment)));
        if (file.size() == 0) {
          directory.sync();
        }
        if (arePagesCounted) {
          file.readNothingAhead();
        }
        files.set(segment, file);
      }
      return file;
    }
  }

  static int segment(int slot) {
    return slot / SEGMENT_SLOTS;
  }

  long headerPosition(Place place) {
    return place.isSmall()
        ? slotPosition(place.slot()) + place.offset()
        : (long) (place.slot() % SEGMENT_SLOTS) * headerBytes;
  }

  long dataPosition(Place place) {
    return place.isSmall()
        ? headerPosition(place) + BlockHeader.bytes(place.length())
        : slotPosition(place.slot());
  }

  /** Must precede the first write into a slot: see docs/adr/0004-slot-reuse-and-sendfile.md. */
  void detach(int slot) throws IOException {
    openForWriting(slot).detach(slotPosition(slot), slotBytes);
  }

  /** Gives a slot's space back to the file system. */
  void punch(int slot) throws IOException {
    openForWriting(slot).punch(slotPosition(slot), slotBytes);
  }

  /** Lets the page cache go without a slot's bytes; headers stay. */
  void dropPages(int slot) {
    dropPages(slot, slotPosition(slot), slotBytes);
  }

  /** As {@link #dropPages}, of what a large block's header takes. */
  void dropHeader(int slot) {
    dropPages(slot, (long) (slot % SEGMENT_SLOTS) * headerBytes, headerBytes);
  }

  /** A slot that was taken and given back may be of a file that was never made. */
  private void dropPages(int slot, long position, long length) {
    DiskFile file = files.get(segment(slot));
    if (file != null) {
      file.dropPages(position, length);
    }
  }

  /**
   * From now on the page cache has of these files only what is asked for: nothing that a former
   * process left there, and nothing that the kernel reads ahead, up to megabytes beyond a header.
   */
  synchronized void countPages() {
    arePagesCounted = true;
    for (int i = 0; i < files.length(); i++) {
      DiskFile file = files.get(i);
      if (file != null) {
        file.readNothingAhead();
        file.dropPages(0, dataStart + (long) SEGMENT_SLOTS * slotBytes);
      }
    }
  }

  void sync(int segment) throws IOException {
    Objects.requireNonNull(files.get(segment)).sync();
  }

  /** Closes all files. No lease may be open: a descriptor's number is soon another file's. */
  void close() throws IOException {
    for (int i = 0; i < files.length(); i++) {
      DiskFile file = files.getAndSet(i, null);
      if (file != null) {
        file.close();
      }
    }
  }

  private long slotPosition(int slot) {
    return dataStart + (long) (slot % SEGMENT_SLOTS) * slotBytes;
  }

  private static String name(int segment) {
    return "%s%06d".formatted(DiskFormat.SEGMENTS, segment);
  }

  private static long roundUp(long value, int unit) {
    return (value + unit - 1) / unit * unit;
  }
}
