package io.blockring.node.store.eviction;

import java.util.HashMap;
import java.util.Map;

/** Which blocks a small store would hold had it always followed one policy. Holds no bytes. */
final class Shadow {
  private final Policy policy;
  private final SegmentedOrder order;
  private final long[] fingerprints;
  private final Map<Long, Integer> entries = new HashMap<>();

  Shadow(int size, Policy policy, UseCounts counts) {
    this.policy = policy;
    this.fingerprints = new long[size];
    this.order = new SegmentedOrder(size, entry -> fingerprints[entry], counts);
    order.follow(policy);
  }

  Policy policy() {
    return policy;
  }

  /** Uses a block, and brings it in where it is missing: whether it was there. */
  boolean isHit(long fingerprint) {
    Integer held = entries.get(fingerprint);
    if (held != null) {
      order.use(held);
      return true;
    }
    int entry = entries.size() < fingerprints.length ? entries.size() : evict();
    fingerprints[entry] = fingerprint;
    entries.put(fingerprint, entry);
    order.add(entry);
    return false;
  }

  private int evict() {
    int entry = order.victim(any -> true);
    order.remove(entry);
    entries.remove(fingerprints[entry]);
    return entry;
  }
}
