package io.blockring.benchmarks.ring;

import io.blockring.ring.RingMember;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Maglev as load balancers use it with weights: members take turns, the heavier more often, each
 * taking the next free entry of its own permutation of a table of prime size.
 */
record Maglev(int entries) implements Algorithm {

  private static final char FREE = Character.MAX_VALUE;

  @Override
  public String name() {
    return "maglev-" + entries;
  }

  @Override
  public int loadPositions() {
    return entries;
  }

  @Override
  public Table of(List<RingMember> members) {
    List<RingMember> sorted =
        members.stream().sorted(Comparator.comparing(RingMember::id)).toList();
    char[] table = new char[entries];
    Arrays.fill(table, FREE);
    fill(table, sorted);
    return new Entries(table, sorted);
  }

  private static void fill(char[] table, List<RingMember> members) {
    var permutations = members.stream().map(m -> new Permutation(m.id(), table.length)).toList();
    long heaviest = members.stream().mapToInt(RingMember::weight).max().orElse(0);
    long[] targets = new long[members.size()];
    int filled = 0;
    for (long turn = 1; filled < table.length; turn++) {
      for (int member = 0; member < targets.length && filled < table.length; member++) {
        if (turn * members.get(member).weight() < targets[member]) {
          continue;
        }
        targets[member] += heaviest;
        table[permutations.get(member).nextFree(table)] = (char) member;
        filled++;
      }
    }
  }

  private static final class Permutation {

    private final int skip;
    private int next;

    Permutation(String id, int entries) {
      next = (int) Long.remainderUnsigned(Hashing.md5Long("offset " + id), entries);
      skip = (int) Long.remainderUnsigned(Hashing.md5Long("skip " + id), entries - 1) + 1;
    }

    int nextFree(char[] table) {
      while (table[next] != FREE) {
        advance(table.length);
      }
      int found = next;
      advance(table.length);
      return found;
    }

    private void advance(int entries) {
      next += skip;
      next -= next >= entries ? entries : 0;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Entries(char[] table, List<RingMember> members) implements Table {

    @Override
    public int ownerOf(long hash) {
      return table[(int) Math.unsignedMultiplyHigh(hash, table.length)];
    }

    @Override
    public long bytes() {
      return (long) Character.BYTES * table.length;
    }
  }
}
