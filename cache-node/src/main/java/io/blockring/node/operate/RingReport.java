package io.blockring.node.operate;

import io.blockring.node.figures.Gatherer;
import io.blockring.node.http.admin.OperationException;
import io.blockring.node.http.admin.Percent;
import io.blockring.node.http.admin.RingChange;
import io.blockring.node.http.admin.RingPlan;
import io.blockring.node.http.admin.RingStatus;
import io.blockring.node.http.admin.StoreUse;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.ring.MemberLoad;
import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.wire.v1.Figures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/** The ring as it is, and as it would be. */
final class RingReport {
  private final Cluster cluster;
  private final long rateBytes;

  /**
   * @param rateBytes at which a member is taken to give blocks away, a second
   */
  RingReport(Cluster cluster, long rateBytes) {
    this.cluster = cluster;
    this.rateBytes = rateBytes;
  }

  RingStatus now(Gatherer.Gathered gathered) {
    ClusterView view = cluster.view();
    Map<String, StoreUse> stores = stores(gathered);
    List<MemberLoad> loads = view.ring().loads();
    long bytes = stores.values().stream().mapToLong(StoreUse::bytes).sum();
    long slots =
        loads.stream()
            .filter(load -> stores.containsKey(load.member().id()))
            .mapToLong(MemberLoad::slots)
            .sum();
    double bytesOfSlot = (double) bytes / Math.max(1, slots);
    return new RingStatus(
        view.epoch(),
        view.ring().fingerprint(),
        view.ring().parameters().slotCount(),
        loads.stream().map(load -> share(view, load, gathered, bytesOfSlot)).toList(),
        GatheredFigures.unanswered(gathered));
  }

  private static RingStatus.Share share(
      ClusterView view, MemberLoad load, Gatherer.Gathered gathered, double bytesOfSlot) {
    RingMember member = load.member();
    Figures figures = gathered.byNode().get(member.id());
    StoreUse store =
        figures == null ? null : GatheredFigures.store(GatheredFigures.latest(figures));
    RoaringBitmap held = view.heldSlots().getOrDefault(member.id(), new RoaringBitmap());
    long expected = Math.round(bytesOfSlot * load.slots());
    return new RingStatus.Share(
        member.id(),
        member.weight(),
        load.slots(),
        Percent.of(load.slots(), view.ring().parameters().slotCount()),
        held.getCardinality(),
        store,
        store == null ? null : (Double) Percent.of(store.bytes(), store.budgetBytes()),
        store == null ? null : (Double) Percent.of(expected, store.budgetBytes()),
        view.member(member.id()).map(known -> HandoffWire.status(known, figures)).orElse(null));
  }

  /**
   * @throws OperationException NOT_FOUND when the change names somebody who is no member, CONFLICT
   *     when it adds one that is, or makes no ring
   */
  RingPlan plan(RingChange change, Gatherer.Gathered gathered) throws OperationException {
    ClusterView view = cluster.view();
    Map<String, StoreUse> stores = stores(gathered);
    Ring after;
    try {
      after = view.ring().with(membersAfter(view, change).values());
    } catch (IllegalArgumentException e) {
      throw new OperationException(
          OperationException.Kind.CONFLICT, String.valueOf(e.getMessage()));
    }
    for (RingMember added : change.added()) {
      // Weights are GiB of SSD unless somebody pinned them.
      stores.put(added.id(), new StoreUse(0, 0, (long) added.weight() << 30));
    }
    return Forecast.of(view.ring(), after, stores, view.heldSlots(), rateBytes);
  }

  private static Map<String, RingMember> membersAfter(ClusterView view, RingChange change)
      throws OperationException {
    Map<String, RingMember> members = new TreeMap<>();
    view.ring().members().forEach(member -> members.put(member.id(), member));
    for (var entry : change.weights().entrySet()) {
      Member member = member(view, entry.getKey());
      int weight = member.isDraining() ? 0 : entry.getValue();
      members.put(member.id(), new RingMember(member.id(), weight, member.zone()));
    }
    for (String id : change.removed()) {
      members.remove(member(view, id).id());
    }
    for (RingMember added : change.added()) {
      if (view.member(added.id()).isPresent()) {
        throw new OperationException(
            OperationException.Kind.CONFLICT, "node " + added.id() + " is a member already");
      }
      members.put(added.id(), added);
    }
    return members;
  }

  private static Member member(ClusterView view, String id) throws OperationException {
    return view.member(id).orElseThrow(() -> NodeOperations.noSuchNode(id));
  }

  private static Map<String, StoreUse> stores(Gatherer.Gathered gathered) {
    Map<String, StoreUse> stores = new HashMap<>();
    gathered
        .byNode()
        .forEach(
            (id, figures) ->
                stores.put(id, GatheredFigures.store(GatheredFigures.latest(figures))));
    return stores;
  }
}
