package io.blockring.benchmarks.ring;

import io.blockring.ring.RingMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** The members before a change, and the changes: the same for every algorithm and every run. */
record MemberSet(List<RingMember> members) {

  /** One set of members after a named event. */
  record Change(String name, List<RingMember> after) {}

  /** Weights 16 · exp(0.7 · N(0,1)), clamped to 2…400, seed 42. */
  static MemberSet logNormal(int count) {
    var random = new Random(42);
    return new MemberSet(
        IntStream.range(0, count)
            .mapToObj(i -> new RingMember("node-" + i, logNormalWeight(random), "zone-" + i % 3))
            .toList());
  }

  private static int logNormalWeight(Random random) {
    return Math.clamp(Math.round(16 * Math.exp(0.7 * random.nextGaussian())), 2, 400);
  }

  List<Change> leaves(int events) {
    return IntStream.range(0, events)
        .mapToObj(event -> leave("leave of " + named(event, events).id(), event, events))
        .toList();
  }

  private Change leave(String name, int event, int events) {
    List<RingMember> after = new ArrayList<>(members);
    after.remove(named(event, events));
    return new Change(name, after);
  }

  /** New members with weights drawn like the others. */
  List<Change> joins(int events) {
    var random = new Random(43);
    return IntStream.range(0, events)
        .mapToObj(event -> new RingMember("new-" + event, logNormalWeight(random), "zone-0"))
        .map(
            joining -> {
              List<RingMember> after = new ArrayList<>(members);
              after.add(joining);
              return new Change("join of " + joining.id(), after);
            })
        .toList();
  }

  List<Change> halvings(int events) {
    return IntStream.range(0, events)
        .mapToObj(
            event -> {
              RingMember member = named(event, events);
              List<RingMember> after = new ArrayList<>(members);
              after.set(
                  after.indexOf(member),
                  new RingMember(member.id(), member.weight() / 2, member.zone()));
              return new Change("half the weight of " + member.id(), after);
            })
        .toList();
  }

  /** Every twentieth member leaves, from another start each time; at least one. */
  List<Change> twentieths(int events) {
    return IntStream.range(0, events)
        .mapToObj(
            event -> {
              List<RingMember> after = new ArrayList<>();
              for (int i = 0; i < members.size(); i++) {
                if (i % 20 != event % Math.min(20, members.size())) {
                  after.add(members.get(i));
                }
              }
              return new Change("leave of every 20th from node-" + event % 20, after);
            })
        .toList();
  }

  /** Evenly spaced members, one per event; few members come more than once. */
  private RingMember named(int event, int events) {
    return members.get((int) ((long) event * members.size() / events) % members.size());
  }
}
