package io.blockring.node.store;

import io.blockring.node.store.SlotTable.State;
import io.blockring.node.store.eviction.Shares;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is where on one disk: memory only, at most 32 bytes a block. Says which slot a new block
 * gets and which block must go for it. Not thread-safe: guarded by its disk's lock.
 */
final class BlockTable implements FingerprintMap.Fingerprints {
  /** In a region's length, which is otherwise an even number that tells it from the one before. */
  private static final int UNALLOCATED_REGION = 1;

  /** Above what any number of uses makes. */
  static final int PINNED_HEAT = Byte.MAX_VALUE;

  private static final int EXPIRED_AT_ONCE = 512;

  private static final int REGION_NUMBERS = 1 << 24;

  private final int slotBytes;
  private final int maxBlocks;

  /**
   * Told of every slot that is emptied, every small block that is removed, and every committed
   * block that changes hands, to be logged.
   */
  private final Consumer<IndexRecord> changes;

  private final SlotTable slots;
  private final SmallBlocks small = new SmallBlocks();
  private final FingerprintMap map = new FingerprintMap(this);
  private final Shares eviction;
  private final Tenants tenants;

  /** Each share's, that its next small block goes to; where in it. */
  private final int[] openRegions;

  private final int[] openOffsets;
  private final PageCacheShare pageCache;
  private int regions;
  private int largeBlocks;
  private long bytes;
  private long evictedBlocks;
  private long evictedBytes;
  private long expiredBlocks;
  private long grownSlots;

  BlockTable(int slotCount, int slotBytes, int maxBlocks, Consumer<IndexRecord> changes) {
    this(slotCount, slotBytes, maxBlocks, Tenants.none(slotCount), Integer.MAX_VALUE, changes);
  }

  /**
   * @param cachedSlots that may stay in the page cache
   */
  BlockTable(
      int slotCount,
      int slotBytes,
      int maxBlocks,
      Tenants tenants,
      int cachedSlots,
      Consumer<IndexRecord> changes) {
    this.slotBytes = slotBytes;
    this.maxBlocks = maxBlocks;
    this.changes = changes;
    this.slots = new SlotTable(slotCount);
    this.tenants = tenants;
    this.eviction = new Shares(slotCount, tenants.shares(), this::identity);
    this.openRegions = new int[tenants.shares().size()];
    this.openOffsets = new int[openRegions.length];
    Arrays.fill(openRegions, SlotTable.NONE);
    this.pageCache = new PageCacheShare(cachedSlots);
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
    usedFromPageCache(place.slot());
  }

  /** Nobody uses a slot's pages any more for now, and they are not about to be written. */
  private void usedFromPageCache(int slot) {
    if (mayGo(slot) && isFilled(slot)) {
      pageCache.used(slot, eviction.uses(slot));
    }
  }

  private boolean isFilled(int slot) {
    return slots.state(slot) == State.BLOCK || slots.state(slot) == State.REGION;
  }

  PageCacheShare pageCache() {
    return pageCache;
  }

  /**
   * A slot whose pages need not stay in the page cache.
   *
   * @return {@link SlotTable#NONE} when there is none
   */
  int nextToLeavePageCache() {
    int slot = pageCache.nextToLeave();
    // Whoever holds it, or writes it, will be asked when it lets go.
    while (slot != SlotTable.NONE && (!mayGo(slot) || slots.state(slot) == State.HELD)) {
      slot = pageCache.nextToLeave();
    }
    return slot;
  }

  /**
   * Takes room for a block, evicting others. What is taken is invisible until {@link #publish}, or
   * given back by {@link #abandon}.
   *
   * @param mayGrow whether the disk has space for one more slot
   * @return null when nothing may be taken now
   */
  @Nullable Place take(int length, boolean mayGrow) {
    return take(Tenants.OTHERS, length, mayGrow);
  }

  /** As {@link #take(int, boolean)}, for a share. */
  @Nullable Place take(int share, int length, boolean mayGrow) {
    if (!makeRoomInIndex(share)) {
      return null;
    }
    if (isSmall(length)) {
      return takeInRegion(share, length, length, Encoding.PLAIN, mayGrow);
    }
    int slot = takeSlot(share, mayGrow);
    return slot == SlotTable.NONE ? null : Place.large(slot, length);
  }

  /**
   * As {@link #take}, in a region, for a block that was compressed.
   *
   * @param storedBytes of it; with its header it must fit into a region
   */
  @Nullable Place takePacked(int share, int length, int storedBytes, boolean mayGrow) {
    return makeRoomInIndex(share)
        ? takeInRegion(share, length, storedBytes, Encoding.LZ4, mayGrow)
        : null;
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
      int share = eviction.share(slot);
      if (slot == openRegions[share]) {
        openRegions[share] = SlotTable.NONE;
      }
      release(place);
    } else {
      free(slot, false);
    }
  }

  void abandon(Place place) {
    if (place.isSmall()) {
      release(place);
    } else {
      free(place.slot(), true);
    }
  }

  void publish(long fingerprint, Place place) {
    publish(fingerprint, place, Tenants.OTHERS);
  }

  /**
   * Makes a block visible in the place that was taken for it. It must not be there yet.
   *
   * @param share for which the place was taken
   */
  void publish(long fingerprint, Place place, int share) {
    insert(fingerprint, place);
    if (place.isSmall()) {
      release(place);
    } else {
      pageCache.filledAnew(place.slot());
      eviction.enter(place.slot(), share);
      eviction.setMark(place.slot(), tenants.markNow(share));
    }
  }

  /** What the index is to say of a block that is there. */
  IndexRecord record(long fingerprint, Place place) {
    int share = eviction.share(place.slot());
    int filled = tenants.filledSeconds(share, eviction.mark(place.slot()));
    return IndexRecord.added(fingerprint, place, tenants.tag(share), filled);
  }

  /**
   * Empties slots whose blocks are older than their mounts allow, of at most {@code most} slots,
   * and of fewer when many blocks go.
   *
   * @return the slot to go on with; 0 after the last
   */
  int expire(int firstSlot, int most) {
    int end = (int) Math.min((long) firstSlot + most, slots.highWater());
    long expiredBefore = expiredBlocks;
    for (int slot = firstSlot; slot < end; slot++) {
      if (expiredBlocks - expiredBefore >= EXPIRED_AT_ONCE) {
        return slot;
      }
      State state = slots.state(slot);
      boolean isFull = state == State.BLOCK || (state == State.REGION && !isOpen(slot));
      if (isFull && tenants.isExpired(eviction.share(slot), eviction.mark(slot))) {
        expire(slot);
      }
    }
    return end == slots.highWater() ? 0 : end;
  }

  long expiredBlocks() {
    return expiredBlocks;
  }

  /** Whose a block at this place is. */
  int shareOf(Place place) {
    return eviction.share(place.slot());
  }

  /**
   * Makes a block with a slot to itself another share's, if it is still there.
   *
   * @return false when it is gone, or the share may have no more
   */
  boolean handOver(long fingerprint, Place place, int share) {
    boolean isFull = share == Tenants.PINNED && eviction.isAtCeiling(share);
    if (isFull || !place.equals(find(fingerprint))) {
      return false;
    }
    int slot = place.slot();
    eviction.leave(slot);
    eviction.restore(slot, share);
    eviction.setMark(slot, tenants.markNow(share));
    if (slots.isCommitted(slot)) {
      changes.accept(record(fingerprint, place));
    }
    return true;
  }

  /**
   * Hands what is pinned in some slots to the mounts without settings, who need no tag.
   *
   * @return the blocks that were
   */
  KeepCounts unpin(int firstSlot, int slotCount) {
    if (openRegions[Tenants.PINNED] != SlotTable.NONE) {
      seal(Tenants.PINNED);
    }
    KeepCounts sum = KeepCounts.NONE;
    int end = (int) Math.min((long) firstSlot + slotCount, slots.highWater());
    for (int slot = firstSlot; slot < end; slot++) {
      State state = slots.state(slot);
      boolean isFull = state == State.BLOCK || state == State.REGION;
      if (isFull && eviction.share(slot) == Tenants.PINNED) {
        eviction.leave(slot);
        eviction.restore(slot, Tenants.OTHERS);
        copySlot(slot, false, changes);
        sum = sum.plus(countSlot(slot));
      }
    }
    return sum;
  }

  private KeepCounts countSlot(int slot) {
    if (slots.state(slot) == State.BLOCK) {
      return KeepCounts.ofDone(slots.length(slot));
    }
    KeepCounts sum = KeepCounts.NONE;
    for (int e = (int) slots.word(slot); e != SmallBlocks.NONE; e = small.next(e)) {
      sum = sum.plus(KeepCounts.ofDone(small.place(e).length()));
    }
    return sum;
  }

  /** Slots that a share has. */
  int slotsOf(int share) {
    return eviction.size(share);
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
    usedFromPageCache(place.slot());
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
      changes.accept(IndexRecord.forgotten(fingerprint, place));
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
    return slot == SlotTable.NONE ? evict(eviction.anyVictim(this::mayGo)) : slot;
  }

  /** The slot's space has been given back, or not. */
  void handedBack(int slot, boolean isDone) {
    free(slot, !isDone);
  }

  /** Before the first {@link #restore}: how many blocks the index names, at most. */
  void expect(long blocks) {
    map.expect(Math.min(blocks, maxBlocks));
  }

  /** Applies a record of the index as it is read at start. */
  void restore(IndexRecord record) {
    Place place = record.place();
    if (record.kind() == IndexRecord.Kind.WRITTEN || !isPossible(place)) {
      return;
    }
    slots.touch(place.slot());
    switch (record.kind()) {
      case LARGE, SMALL -> restoreBlock(record);
      case SLOT_FREED -> restoreEmpty(place.slot());
      case SMALL_FORGOTTEN -> {
        if (place.equals(find(record.fingerprint()))) {
          removeSmall(record.fingerprint(), place.slot());
        }
      }
      case WRITTEN -> {
        // Says nothing of blocks.
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
    map.trim();
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
      copied += copySlot(slot, false, target);
    }
    return SlotTable.NONE;
  }

  /**
   * How much some slots' blocks are worth to keep: how often they were used of late, pinned ones
   * above all; 0 for slots without blocks.
   *
   * @param target one for each slot
   */
  void heat(int firstSlot, int end, byte[] target) {
    for (int slot = firstSlot; slot < end; slot++) {
      if (isFilled(slot)) {
        boolean isPinned = eviction.share(slot) == Tenants.PINNED;
        target[slot] = (byte) (isPinned ? PINNED_HEAT : 1 + eviction.uses(slot));
      }
    }
  }

  /** Passes on the blocks of a slot, committed or not. */
  void copyBlocks(int slot, Consumer<IndexRecord> target) {
    copySlot(slot, true, target);
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
    return slots.leases(slot) == 0 && !isOpen(slot);
  }

  private boolean isOpen(int slot) {
    return slots.state(slot) == State.REGION && openRegions[eviction.share(slot)] == slot;
  }

  /** Whoever reads a block of the slot reads on; the slot is free after them. */
  private void expire(int slot) {
    int before = blocks();
    if (slots.state(slot) == State.REGION) {
      forget(slot);
      changes.accept(IndexRecord.freed(slot));
    } else {
      empty(slot);
      slots.setState(slot, State.DYING);
    }
    expiredBlocks += before - blocks();
    settle(slot);
  }

  /** What eviction knows a slot's content by. A region never comes back, so each has its own. */
  private long identity(int slot) {
    return slots.state(slot) == State.BLOCK
        ? slots.word(slot)
        : Fingerprint.mix((long) slots.length(slot) << Integer.SIZE | slot);
  }

  private boolean makeRoomInIndex(int share) {
    for (int tries = 0; blocks() >= maxBlocks; tries++) {
      int slot = tries < 4 ? evictFor(share) : SlotTable.NONE;
      if (slot == SlotTable.NONE) {
        return false;
      }
      free(slot, true);
    }
    return true;
  }

  private @Nullable Place takeInRegion(
      int share, int length, int storedBytes, Encoding encoding, boolean mayGrow) {
    int recordBytes = Place.recordBytes(length, storedBytes);
    if (!isRoomInOpenRegion(share, recordBytes)) {
      int slot = takeSlot(share, mayGrow);
      if (slot == SlotTable.NONE) {
        return null;
      }
      seal(share);
      openRegions[share] = slot;
      openOffsets[share] = 0;
      becomeRegion(slot);
      pageCache.filledAnew(slot);
      eviction.enter(slot, share);
      eviction.setMark(slot, tenants.markNow(share));
    }
    Place place = new Place(openRegions[share], openOffsets[share], length, true, encoding);
    openOffsets[share] += recordBytes;
    slots.hold(place.slot());
    return place;
  }

  /** Blocks of one region are of one age, so that it can expire. */
  private boolean isRoomInOpenRegion(int share, int recordBytes) {
    int slot = openRegions[share];
    return slot != SlotTable.NONE
        && openOffsets[share] + recordBytes <= slotBytes
        && eviction.mark(slot) == tenants.markNow(share);
  }

  private void seal(int share) {
    int sealed = openRegions[share];
    openRegions[share] = SlotTable.NONE;
    if (sealed != SlotTable.NONE) {
      settle(sealed);
      usedFromPageCache(sealed);
    }
  }

  private int takeSlot(int share, boolean mayGrow) {
    if (eviction.isAtCeiling(share)) {
      int own = evictFor(share);
      if (own != SlotTable.NONE && eviction.isAtCeiling(share)) {
        shrink(share);
      }
      return own;
    }
    int slot = slots.takeFree();
    if (slot == SlotTable.NONE && mayGrow) {
      slot = slots.takeUnused();
      grownSlots += slot == SlotTable.NONE ? 0 : 1;
    }
    return slot == SlotTable.NONE ? evictFor(share) : slot;
  }

  /** The ceiling was lowered since these blocks came. */
  private void shrink(int share) {
    int surplus = evictFor(share);
    if (surplus != SlotTable.NONE) {
      free(surplus, true);
    }
  }

  private int evictFor(int share) {
    return evict(eviction.victim(share, this::mayGo));
  }

  private int evict(int slot) {
    if (slot == Shares.NONE) {
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
    if (slots.leases(slot) > 0 || isOpen(slot)) {
      return;
    }
    if (slots.state(slot) == State.DYING) {
      free(slot, true);
    } else if (slots.state(slot) == State.REGION && slots.word(slot) == SmallBlocks.NONE) {
      boolean isAllocated = slots.length(slot) != UNALLOCATED_REGION;
      empty(slot);
      free(slot, isAllocated);
    }
  }

  private void free(int slot, boolean isAllocated) {
    pageCache.emptied(slot);
    slots.giveBack(slot, isAllocated);
  }

  /** Forgets all that is in a slot, and says so. */
  private void empty(int slot) {
    forget(slot);
    eviction.leave(slot);
    changes.accept(IndexRecord.freed(slot));
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
      return isInDisk && isInSlot && place.encoding() == Encoding.PLAIN;
    }
    boolean isPacked = place.encoding() == Encoding.LZ4;
    // How much of a compressed block is stored, its header says.
    int leastBytes = Place.recordBytes(place.length(), isPacked ? 0 : place.length());
    return (isPacked || place.length() < SmallBlocks.LENGTH_LIMIT)
        && place.offset() >= 0
        && place.offset() % Place.UNIT_BYTES == 0
        && place.offset() <= slotBytes - leastBytes;
  }

  /** A later record wins over whatever was in its slot, or elsewhere under its fingerprint. */
  private void restoreBlock(IndexRecord record) {
    long fingerprint = record.fingerprint();
    Place place = record.place();
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
    int share = tenants.shareOf(record.tenant());
    boolean isInRegion = place.isSmall() && slots.state(slot) == State.REGION;
    if (isInRegion && eviction.share(slot) != share) {
      eviction.leave(slot);
      eviction.restore(slot, share);
      eviction.setMark(slot, tenants.markOf(share, record.filledSeconds()));
    }
    if (!isInRegion) {
      restoreEmpty(slot);
      if (place.isSmall()) {
        becomeRegion(slot);
      }
      eviction.restore(slot, share);
      eviction.setMark(slot, tenants.markOf(share, record.filledSeconds()));
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

  private int copySlot(int slot, boolean isAll, Consumer<IndexRecord> target) {
    int copied = 0;
    if (slots.state(slot) == State.BLOCK && (isAll || slots.isCommitted(slot))) {
      target.accept(record(slots.word(slot), Place.large(slot, slots.length(slot))));
      copied++;
    } else if (slots.state(slot) == State.REGION) {
      for (int e = (int) slots.word(slot); e != SmallBlocks.NONE; e = small.next(e)) {
        if (isAll || small.isCommitted(e)) {
          target.accept(record(small.fingerprint(e), small.place(e)));
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
