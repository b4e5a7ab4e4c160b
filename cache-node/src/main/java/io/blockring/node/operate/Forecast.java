package io.blockring.node.operate;

import io.blockring.node.http.admin.Percent;
import io.blockring.node.http.admin.RingPlan;
import io.blockring.node.http.admin.StoreUse;
import io.blockring.ring.MemberLoad;
import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/**
 * What it costs to go from one ring to another, from what the members have now. Pure arithmetic.
 *
 * <p>What a member has is taken to be spread evenly over the slots that it owns or holds; the slots
 * of one that does not answer have the mean of the others.
 */
final class Forecast {
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

  private final Ring before;
  private final Ring after;
  private final Map<String, StoreUse> stores;
  private final Map<String, Integer> slotsBefore;
  private final Map<String, Integer> slotsAfter;

  /** By member, those that do not occur have none. */
  private final Map<String, Double> out = new HashMap<>();

  private final Map<String, Double> in = new HashMap<>();
  private double toMove;
  private double toFetch;
  private int movedSlots;

  private Forecast(
      Ring before, Ring after, Map<String, StoreUse> stores, Map<String, RoaringBitmap> held) {
    this.before = before;
    this.after = after;
    this.stores = stores;
    this.slotsBefore = slots(before);
    this.slotsAfter = slots(after);
    move(densities(held));
  }

  /**
   * @param stores of the members that answer, and of those that are new
   * @param held slots that members have blocks of without owning them, by member
   * @param rateBytes at which each member gives away, a second
   */
  static RingPlan of(
      Ring before,
      Ring after,
      Map<String, StoreUse> stores,
      Map<String, RoaringBitmap> held,
      long rateBytes) {
    return new Forecast(before, after, stores, held).plan(rateBytes);
  }

  private static Map<String, Integer> slots(Ring ring) {
    Map<String, Integer> slots = new HashMap<>();
    for (MemberLoad load : ring.loads()) {
      slots.put(load.member().id(), load.slots());
    }
    return slots;
  }

  /** Bytes of a slot, by the index of its owner before. */
  private double[] densities(Map<String, RoaringBitmap> held) {
    List<RingMember> owners = before.owningMembers();
    double[] densities = new double[owners.size()];
    double allBytes = 0;
    long allSlots = 0;
    for (int i = 0; i < densities.length; i++) {
      String id = owners.get(i).id();
      StoreUse store = stores.get(id);
      if (store != null) {
        int heldSlots = held.getOrDefault(id, new RoaringBitmap()).getCardinality();
        int slots = slotsBefore.getOrDefault(id, 0) + heldSlots;
        densities[i] = (double) store.bytes() / Math.max(1, slots);
        allBytes += store.bytes();
        allSlots += slots;
      }
    }
    for (int i = 0; i < densities.length; i++) {
      if (!stores.containsKey(owners.get(i).id())) {
        densities[i] = allBytes / Math.max(1, allSlots);
      }
    }
    return densities;
  }

  private void move(double[] densities) {
    for (int slot = 0; slot < before.parameters().slotCount() && !before.isEmpty(); slot++) {
      int owner = before.ownerIndex(slot);
      String from = before.owningMembers().get(owner).id();
      String to = after.ownerOf(slot).map(RingMember::id).orElse("");
      if (from.equals(to)) {
        continue;
      }
      movedSlots++;
      if (stores.containsKey(from)) {
        toMove += densities[owner];
        out.merge(from, densities[owner], Double::sum);
      } else {
        toFetch += densities[owner];
      }
      in.merge(to, densities[owner], Double::sum);
    }
  }

  private RingPlan plan(long rateBytes) {
    TreeSet<String> ids = new TreeSet<>(slotsBefore.keySet());
    ids.addAll(slotsAfter.keySet());
    List<RingPlan.Share> members = ids.stream().map(this::share).toList();
    double most = out.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    return new RingPlan(
        before.parameters().slotCount(),
        movedSlots,
        Math.round(toMove),
        Math.round(toFetch),
        rateBytes,
        Math.round(most / rateBytes * 1000),
        refusal(members),
        members);
  }

  private RingPlan.Share share(String id) {
    int slots = before.parameters().slotCount();
    StoreUse store = stores.get(id);
    return new RingPlan.Share(
        id,
        weight(before, id),
        weight(after, id),
        Percent.of(slotsBefore.getOrDefault(id, 0), slots),
        Percent.of(slotsAfter.getOrDefault(id, 0), slots),
        store,
        bytes(in, id),
        bytes(out, id),
        store == null ? null : (Double) Percent.of(bytesAfter(id, store), store.budgetBytes()));
  }

  private static int weight(Ring ring, String id) {
    return ring.members().stream()
        .filter(member -> member.id().equals(id))
        .mapToInt(RingMember::weight)
        .findFirst()
        .orElse(0);
  }

  private long bytesAfter(String id, StoreUse store) {
    return store.bytes() - bytes(out, id) + bytes(in, id);
  }

  private static long bytes(Map<String, Double> moved, String id) {
    return Math.round(moved.getOrDefault(id, 0.0));
  }

  /** Empty when there is none: where all of it has room, or nobody says how much room there is. */
  private String refusal(List<RingPlan.Share> members) {
    if (after.isEmpty() && !before.isEmpty()) {
      return "no member would have weight: every read would go to the bucket";
    }
    List<String> overfull = new ArrayList<>();
    long coming = 0;
    long excess = 0;
    for (RingPlan.Share member : members) {
      StoreUse store = member.store();
      if (store == null || member.bytesIn() == 0) {
        continue;
      }
      coming += member.bytesIn();
      long bytes = bytesAfter(member.id(), store);
      if (bytes > store.budgetBytes()) {
        excess += bytes - store.budgetBytes();
        overfull.add(
            "%s would hold %s of %s"
                .formatted(member.id(), words(bytes), words(store.budgetBytes())));
      }
    }
    return overfull.isEmpty()
        ? ""
        : "%s would come to members that have no room for %s of it: %s"
            .formatted(words(coming), words(excess), shortened(overfull));
  }

  private static String shortened(List<String> texts) {
    int shown = Math.min(5, texts.size());
    String more = shown < texts.size() ? ", and %d more".formatted(texts.size() - shown) : "";
    return String.join(", ", texts.subList(0, shown)) + more;
  }

  /** With the largest unit of which there is one: {@code 1.5 TiB}. */
  private static String words(long bytes) {
    double amount = bytes;
    int unit = 0;
    while (amount >= 1024 && unit < UNITS.size() - 1) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, UNITS.get(unit));
  }
}
