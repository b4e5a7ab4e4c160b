package io.blockring.node.store;

import io.blockring.node.store.SlotTable.State;
import io.blockring.node.store.eviction.Eviction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is where on one disk: memory only, at most 32 bytes a block. Says which slot a new block
 * gets and which block must go for it. Not thread-safe: guarded by its disk's lock.
 */
final class BlockTable implements FingerprintMap.Fingerprints {
  /** In a region's length, which is otherwise an even number that tells it from the one before. */
  private static final int UNALLOCATED_REGION = 1;

  private static final int REGION_NUMBERS = 1 << 24;

  private final int slotBytes;
  private final int maxBlocks;

  /** Told of every slot that is emptied and every small block that is removed, to be logged. */
  private final Consumer<IndexRecord> removals;

  private final SlotTable slots;
  private final SmallBlocks small = new SmallBlocks();
  private final FingerprintMap map = new FingerprintMap(this);
  private final Eviction eviction;
  private int openRegion = SlotTable.NONE;
  private int openOffset;
  private int regions;
  private int largeBlocks;
  private long bytes;
  private long evictedBlocks;
  private long evictedBytes;
  private long grownSlots;

  BlockTable(int slotCount, int slotBytes, int maxBlocks, Consumer<IndexRecord> removals) {
    this.slotBytes = slotBytes;
    this.maxBlocks = maxBlocks;
    this.removals = removals;
    this.slots = new SlotTable(slotCount);
    this.eviction = new Eviction(slotCount, this::identity);
  }

  /** Whether blocks of this length are packed into regions. */
  boolean isSmall(int length) {
    return length < Math.min(slotBytes / 4, SmallBlocks.LENGTH_LIMIT);
  }

  int blocks() {
    return largeBlocks + small.count();
  }

  /** Of all blocks, without headers. */
  long bytes() {
    return bytes;
  }

  long evictedBlocks() {
    return evictedBlocks;
  }

  long evictedBytes() {
    return evictedBytes;
  }

  long leases() {
    return slots.leaseCount();
  }

  /** Slots from here on were never used. */
  int highWater() {
    return slots.highWater();
  }

  @Nullable Place find(long fingerprint) {
    int reference = map.find(fingerprint);
    if (reference == 0) {
      return null;
    }
    if (reference < 0) {
      return small.place(entry(reference));
    }
    return Place.large(reference - 1, slots.length(reference - 1));
  }

  /**
   * Finds, counts a use and holds the slot in place until {@link #release}. One that is held as
   * often as can be counted is not found.
   */
  @Nullable Place lease(long fingerprint) {
    Place place = find(fingerprint);
    if (place != null && !slots.mayBeHeld(place.slot())) {
      return null;
    }
    if (place != null) {
      eviction.use(place.slot());
      slots.hold(place.slot());
    }
    return place;
  }

  void hold(Place place) {
    slots.hold(place.slot());
  }

  void release(Place place) {
    slots.release(place.slot());
    settle(place.slot());
  }

  /**
   * Takes room for a block, evicting others. What is taken is invisible until {@link #publish}, or
   * given back by {@link #abandon}.
   *
   * @param mayGrow whether the disk has space for one more slot
   * @return null when nothing may be taken now
   */
  @Nullable Place take(int length, boolean mayGrow) {
    if (!makeRoomInIndex()) {
      return null;
    }
    if (isSmall(length)) {
      return takeSmall(length, mayGrow);
    }
    int slot = takeSlot(mayGrow);
    return slot == SlotTable.NONE ? null : Place.large(slot, length);
  }

  /** How many slots without space were taken so far; space must have been allocated for each. */
  long grownSlots() {
    return grownSlots;
  }

  /**
   * Gives back what could not be written because the disk is full: its slot is taken again only
   * when the disk has space for it.
   */
  void abandonUnallocated(Place place) {
    int slot = place.slot();
    if (place.isSmall()) {
      slots.setLength(slot, UNALLOCATED_REGION);
      if (slot == openRegion) {
        openRegion = SlotTable.NONE;
      }
      release(place);
    } else {
      slots.giveBack(slot, false);
    }
  }

  void abandon(Place place) {
    if (place.isSmall()) {
      release(place);
    } else {
      slots.giveBack(place.slot(), true);
    }
  }

  /** Makes a block visible in the place that was taken for it. It must not be there yet. */
  void publish(long fingerprint, Place place) {
    insert(fingerprint, place);
    if (place.isSmall()) {
      release(place);
    } else {
      eviction.enter(place.slot());
    }
  }

  /**
   * Marks a block durable if it is still where it was.
   *
   * @return false when it is gone
   */
  boolean commit(long fingerprint, Place place) {
    int reference = map.find(fingerprint);
    if (reference == 0 || !place.equals(find(fingerprint))) {
      return false;
    }
    if (reference < 0) {
      small.commit(entry(reference));
    } else {
      slots.setCommitted(place.slot(), true);
    }
    return true;
  }

  /** Forgets a block if it is still at this place. Its slot is reused once nobody leases it. */
  boolean remove(long fingerprint, Place place) {
    if (!place.equals(find(fingerprint))) {
      return false;
    }
    int slot = place.slot();
    if (place.isSmall()) {
      removeSmall(fingerprint, slot);
      removals.accept(IndexRecord.forgotten(fingerprint, place));
      settle(slot);
    } else {
      empty(slot);
      slots.setState(slot, State.DYING);
      settle(slot);
    }
    return true;
  }

  /**
   * Takes a slot out of use so that its space can be given back: a free one, or one that is evicted
   * for it.
   */
  int takeToHandBack() {
    int slot = slots.takeFree();
    return slot == SlotTable.NONE ? evict() : slot;
  }

  /** The slot's space has been given back, or not. */
  void handedBack(int slot, boolean isDone) {
    slots.giveBack(slot, !isDone);
  }

  /** Applies a record of the index as it is read at start. */
  void restore(IndexRecord record) {
    Place place = record.place();
    if (!isPossible(place)) {
      return;
    }
    slots.touch(place.slot());
    switch (record.kind()) {
      case LARGE, SMALL -> restoreBlock(record.fingerprint(), place);
      case SLOT_FREED -> restoreEmpty(place.slot());
      case SMALL_FORGOTTEN -> {
        if (place.equals(find(record.fingerprint()))) {
          removeSmall(record.fingerprint(), place.slot());
        }
      }
    }
  }

  /** After the last record. */
  void restored() {
    for (int slot = 0; slot < slots.highWater(); slot++) {
      if (slots.state(slot) == State.REGION && slots.word(slot) == SmallBlocks.NONE) {
        restoreEmpty(slot);
      }
    }
    slots.freeUntaken();
  }

  /**
   * Passes on committed blocks, slot by slot, until at least {@code enough} have been.
   *
   * @return the slot to go on with, or {@link SlotTable#NONE} after the last
   */
  int copyCommitted(int firstSlot, int enough, Consumer<IndexRecord> target) {
    int copied = 0;
    for (int slot = firstSlot; slot < slots.highWater(); slot++) {
      if (copied >= enough) {
        return slot;
      }
      copied += copySlot(slot, target);
    }
    return SlotTable.NONE;
  }

  /** Bytes of memory taken by all of this. */
  long memoryBytes() {
    return slots.memoryBytes() + small.memoryBytes() + map.memoryBytes() + eviction.memoryBytes();
  }

  @Override
  public long of(int reference) {
    return reference < 0 ? small.fingerprint(entry(reference)) : slots.word(reference - 1);
  }

  private boolean mayGo(int slot) {
    return slots.leases(slot) == 0 && slot != openRegion;
  }

  /** What eviction knows a slot's content by. A region never comes back, so each has its own. */
  private long identity(int slot) {
    return slots.state(slot) == State.BLOCK
        ? slots.word(slot)
        : Fingerprint.mix((long) slots.length(slot) << Integer.SIZE | slot);
  }

  private boolean makeRoomInIndex() {
    for (int tries = 0; blocks() >= maxBlocks; tries++) {
      int slot = tries < 4 ? evict() : SlotTable.NONE;
      if (slot == SlotTable.NONE) {
        return false;
      }
      slots.giveBack(slot, true);
    }
    return true;
  }

  private @Nullable Place takeSmall(int length, boolean mayGrow) {
    int recordBytes = Place.recordBytes(length);
    if (openRegion == SlotTable.NONE || openOffset + recordBytes > slotBytes) {
      int slot = takeSlot(mayGrow);
      if (slot == SlotTable.NONE) {
        return null;
      }
      seal();
      openRegion = slot;
      openOffset = 0;
      becomeRegion(slot);
      eviction.enter(slot);
    }
    Place place = Place.small(openRegion, openOffset, length);
    openOffset += recordBytes;
    slots.hold(openRegion);
    return place;
  }

  private void seal() {
    int sealed = openRegion;
    openRegion = SlotTable.NONE;
    if (sealed != SlotTable.NONE) {
      settle(sealed);
    }
  }

  private int takeSlot(boolean mayGrow) {
    int slot = slots.takeFree();
    if (slot == SlotTable.NONE && mayGrow) {
      slot = slots.takeUnused();
      grownSlots += slot == SlotTable.NONE ? 0 : 1;
    }
    return slot == SlotTable.NONE ? evict() : slot;
  }

  private int evict() {
    int slot = eviction.victim(this::mayGo);
    if (slot == Eviction.NONE) {
      return SlotTable.NONE;
    }
    int blocksBefore = blocks();
    long bytesBefore = bytes;
    empty(slot);
    slots.setState(slot, State.HELD);
    evictedBlocks += blocksBefore - blocks();
    evictedBytes += bytesBefore - bytes;
    return slot;
  }

  /** Frees a slot that has nothing left to wait for. */
  private void settle(int slot) {
    if (slots.leases(slot) > 0 || slot == openRegion) {
      return;
    }
    if (slots.state(slot) == State.DYING) {
      slots.giveBack(slot, true);
    } else if (slots.state(slot) == State.REGION && slots.word(slot) == SmallBlocks.NONE) {
      boolean isAllocated = slots.length(slot) != UNALLOCATED_REGION;
      empty(slot);
      slots.giveBack(slot, isAllocated);
    }
  }

  /** Forgets all that is in a slot, and says so. */
  private void empty(int slot) {
    forget(slot);
    eviction.leave(slot);
    removals.accept(IndexRecord.freed(slot));
  }

  private void forget(int slot) {
    if (slots.state(slot) == State.BLOCK) {
      map.remove(slots.word(slot));
      bytes -= slots.length(slot);
      largeBlocks--;
    } else {
      int entry = (int) slots.word(slot);
      while (entry != SmallBlocks.NONE) {
        int next = small.next(entry);
        map.remove(small.fingerprint(entry));
        bytes -= small.place(entry).length();
        small.remove(entry);
        entry = next;
      }
      slots.setWord(slot, SmallBlocks.NONE);
    }
  }

  private void insert(long fingerprint, Place place) {
    int slot = place.slot();
    if (place.isSmall()) {
      int entry = small.add(fingerprint, place, (int) slots.word(slot));
      slots.setWord(slot, entry);
      map.put(fingerprint, -(entry + 1));
    } else {
      slots.setState(slot, State.BLOCK);
      slots.setWord(slot, fingerprint);
      slots.setLength(slot, place.length());
      slots.setCommitted(slot, false);
      largeBlocks++;
      map.put(fingerprint, slot + 1);
    }
    bytes += place.length();
  }

  private void becomeRegion(int slot) {
    slots.setState(slot, State.REGION);
    slots.setWord(slot, SmallBlocks.NONE);
    regions = (regions + 1) % REGION_NUMBERS;
    slots.setLength(slot, 2 * regions);
  }

  private void removeSmall(long fingerprint, int slot) {
    int removed = entry(map.find(fingerprint));
    map.remove(fingerprint);
    int before = SmallBlocks.NONE;
    int entry = (int) slots.word(slot);
    while (entry != removed) {
      before = entry;
      entry = small.next(entry);
    }
    if (before == SmallBlocks.NONE) {
      slots.setWord(slot, small.next(removed));
    } else {
      small.setNext(before, small.next(removed));
    }
    bytes -= small.place(removed).length();
    small.remove(removed);
  }

  private boolean isPossible(Place place) {
    boolean isInDisk = place.slot() >= 0 && place.slot() < slots.count();
    boolean isInSlot = place.length() >= 0 && place.length() <= slotBytes;
    if (!isInDisk || !isInSlot || !place.isSmall()) {
      return isInDisk && isInSlot;
    }
    return place.length() < SmallBlocks.LENGTH_LIMIT
        && place.offset() >= 0
        && place.offset() % Place.UNIT_BYTES == 0
        && place.offset() <= slotBytes - Place.recordBytes(place.length());
  }

  /** A later record wins over whatever was in its slot, or elsewhere under its fingerprint. */
  private void restoreBlock(long fingerprint, Place place) {
    if (blocks() >= maxBlocks) {
      return;
    }
    Place known = find(fingerprint);
    if (known != null && known.isSmall()) {
      removeSmall(fingerprint, known.slot());
    } else if (known != null) {
      restoreEmpty(known.slot());
    }
    int slot = place.slot();
    if (!place.isSmall() || slots.state(slot) != State.REGION) {
      restoreEmpty(slot);
      if (place.isSmall()) {
        becomeRegion(slot);
      }
      eviction.restore(slot);
    }
    insert(fingerprint, place);
    if (place.isSmall()) {
      small.commit((int) slots.word(slot));
    } else {
      slots.setCommitted(slot, true);
    }
  }

  private void restoreEmpty(int slot) {
    State state = slots.state(slot);
    if (state == State.BLOCK || state == State.REGION) {
      forget(slot);
      eviction.leave(slot);
      slots.setState(slot, State.UNUSED);
    }
  }

  private int copySlot(int slot, Consumer<IndexRecord> target) {
    int copied = 0;
    if (slots.state(slot) == State.BLOCK && slots.isCommitted(slot)) {
      target.accept(IndexRecord.added(slots.word(slot), Place.large(slot, slots.length(slot))));
      copied++;
    } else if (slots.state(slot) == State.REGION) {
      for (int e = (int) slots.word(slot); e != SmallBlocks.NONE; e = small.next(e)) {
        if (small.isCommitted(e)) {
          target.accept(IndexRecord.added(small.fingerprint(e), small.place(e)));
          copied++;
        }
      }
    }
    return copied;
  }

  private static int entry(int reference) {
    return -reference - 1;
  }
}
