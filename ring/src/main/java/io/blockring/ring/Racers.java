package io.blockring.ring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The members with weight in the order of their keys, which is the order of last resort between
 * equal times. Their position is their index everywhere in this package.
 */
final class Racers {

  private record Keyed(long key, RingMember member) {}

  private final List<Keyed> keyed = new ArrayList<>();
  private final List<RingMember> members;
  private final Map<String, Integer> indexes = new HashMap<>();

  /**
   * @throws IllegalArgumentException when there are more racers than slots or than an index can
   *     tell apart, or two have the same key
   */
  Racers(RingParameters parameters, Collection<RingMember> all) {
    for (RingMember member : all) {
      if (member.weight() > 0) {
        keyed.add(new Keyed(keyOf(parameters.seed(), member.id()), member));
      }
    }
    requireRoom(parameters);
    keyed.sort(Comparator.comparingLong(racer -> racer.key() ^ Long.MIN_VALUE));
    members = keyed.stream().map(Keyed::member).toList();
    requireDistinctKeys();
    for (int racer = 0; racer < keyed.size(); racer++) {
      indexes.put(member(racer).id(), racer);
    }
  }

  int size() {
    return keyed.size();
  }

  RingMember member(int racer) {
    return members.get(racer);
  }

  /** By index. */
  List<RingMember> members() {
    return members;
  }

  /** The racer with this member id, -1 if there is none. */
  int indexOf(String memberId) {
    return indexes.getOrDefault(memberId, -1);
  }

  long[] keys() {
    return keyed.stream().mapToLong(Keyed::key).toArray();
  }

  int[] weights() {
    return members.stream().mapToInt(RingMember::weight).toArray();
  }

  /** Zone per racer, numbered from 0 without gaps. */
  int[] zones() {
    Map<String, Integer> numbers = new HashMap<>();
    return members.stream()
        .mapToInt(member -> numbers.computeIfAbsent(member.zone(), z -> numbers.size()))
        .toArray();
  }

  private static long keyOf(long seed, String id) {
    return new Sha256().add(seed).add(id).first64();
  }

  private void requireRoom(RingParameters parameters) {
    int limit = Math.min(parameters.slotCount(), Race.MAX_RACERS);
    if (keyed.size() > limit) {
      throw new IllegalArgumentException(
          keyed.size()
              + " members with weight, a ring of slotBits "
              + parameters.slotBits()
              + " takes at most "
              + limit);
    }
  }

  private void requireDistinctKeys() {
    for (int racer = 1; racer < keyed.size(); racer++) {
      if (keyed.get(racer).key() == keyed.get(racer - 1).key()) {
        throw new IllegalArgumentException(
            "members '%s' and '%s' have the same 64-bit key %016x: rename one of them"
                .formatted(member(racer - 1).id(), member(racer).id(), keyed.get(racer).key()));
      }
    }
  }
}
