package io.blockring.ring;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/** Exactly which slots have another first owner in one ring than in another. Immutable. */
public final class RingDiff {

  private static final int STRANGER = -1;

  private final RoaringBitmap moved;
  private final Map<String, RoaringBitmap> gained;
  private final Map<String, RoaringBitmap> lost;

  private RingDiff(
      RoaringBitmap moved, Map<String, RoaringBitmap> gained, Map<String, RoaringBitmap> lost) {
    this.moved = moved;
    this.gained = gained;
    this.lost = lost;
  }

  /**
   * Compares two rings by the ids of their owners. A slot of an empty ring has no owner: against
   * any other ring all slots move, lost or gained on one side only.
   *
   * @throws IllegalArgumentException when they have different numbers of slots
   */
  public static RingDiff between(Ring before, Ring after) {
    int slotBits = before.parameters().slotBits();
    if (slotBits != after.parameters().slotBits()) {
      throw new IllegalArgumentException(
          "rings of slotBits "
              + slotBits
              + " and "
              + after.parameters().slotBits()
              + " have no slots in common");
    }
    RoaringBitmap moved = movedSlots(before, after);
    return new RingDiff(moved, bySlotOwner(moved, after), bySlotOwner(moved, before));
  }

  /** The slots whose first owner differs; the caller's own. */
  public RoaringBitmap moved() {
    return moved.clone();
  }

  /** The slots this member owns after and not before; the caller's own. */
  public RoaringBitmap gained(String memberId) {
    return gained.getOrDefault(memberId, new RoaringBitmap()).clone();
  }

  /** The slots this member owned before and does not after; the caller's own. */
  public RoaringBitmap lost(String memberId) {
    return lost.getOrDefault(memberId, new RoaringBitmap()).clone();
  }

  private static RoaringBitmap movedSlots(Ring before, Ring after) {
    int[] sameRacer = racersAfter(before, after);
    char[] ownersBefore = before.ownerTable();
    char[] ownersAfter = after.ownerTable();
    RoaringBitmapWriter<RoaringBitmap> moved = RoaringBitmapWriter.writer().get();
    for (int slot = 0; slot < ownersBefore.length; slot++) {
      if (sameRacer[ownersBefore[slot]] != ownersAfter[slot]) {
        moved.add(slot);
      }
    }
    return moved.get();
  }

  /** By index before the change, the index of the same member after it. */
  private static int[] racersAfter(Ring before, Ring after) {
    if (before.isEmpty()) {
      return new int[] {after.isEmpty() ? 0 : STRANGER};
    }
    return before.racers().members().stream()
        .mapToInt(member -> after.racers().indexOf(member.id()))
        .toArray();
  }

  private static Map<String, RoaringBitmap> bySlotOwner(RoaringBitmap slots, Ring ring) {
    Map<String, RoaringBitmap> byMember = new HashMap<>();
    if (ring.isEmpty()) {
      return byMember;
    }
    RoaringBitmap[] byRacer = new RoaringBitmap[ring.racers().size()];
    Arrays.setAll(byRacer, racer -> new RoaringBitmap());
    slots.forEach((int slot) -> byRacer[ring.ownerTable()[slot]].add(slot));
    for (int racer = 0; racer < byRacer.length; racer++) {
      if (!byRacer[racer].isEmpty()) {
        byMember.put(ring.racers().member(racer).id(), byRacer[racer]);
      }
    }
    return byMember;
  }
}
