package io.blockring.benchmarks.ring;

import io.blockring.ring.RingMember;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Loads and movement of one algorithm, seen through evenly spaced hashes. */
final class Placed {

  private final Algorithm algorithm;
  private final List<RingMember> members;
  private final Map<String, Integer> numbers = new HashMap<>();

  Placed(Algorithm algorithm, List<RingMember> members) {
    this.algorithm = algorithm;
    this.members = members;
  }

  /** Load of each member relative to its exact share. */
  double[] loads() {
    int[] counts = new int[members.size()];
    members.forEach(this::numberOf);
    int positions = algorithm.loadPositions();
    for (int owner : owners(members, positions)) {
      counts[owner]++;
    }
    double total = members.stream().mapToInt(RingMember::weight).sum();
    double[] loads = new double[counts.length];
    for (int i = 0; i < loads.length; i++) {
      loads[i] = counts[i] / (members.get(i).weight() / total * positions);
    }
    return loads;
  }

  /** Mean over the changes of moved ÷ least possible. */
  double movement(List<MemberSet.Change> changes) {
    int positions = algorithm.movementPositions();
    int[] before = owners(members, positions);
    var ratios = new DoubleSummaryStatistics();
    for (MemberSet.Change change : changes) {
      int[] after = owners(change.after(), positions);
      double moved = 0;
      for (int position = 0; position < positions; position++) {
        moved += before[position] == after[position] ? 0 : 1;
      }
      ratios.accept(moved / positions / least(change.after()));
    }
    return ratios.getAverage();
  }

  /** Half the sum of the changes of exact shares: no placement that is exact moves less. */
  private double least(List<RingMember> after) {
    Map<String, Double> shares = new HashMap<>();
    addShares(shares, members, 1);
    addShares(shares, after, -1);
    return shares.values().stream().mapToDouble(Math::abs).sum() / 2;
  }

  private static void addShares(Map<String, Double> shares, List<RingMember> members, int sign) {
    double total = members.stream().mapToInt(RingMember::weight).sum();
    members.forEach(m -> shares.merge(m.id(), sign * m.weight() / total, Double::sum));
  }

  private int[] owners(List<RingMember> placed, int positions) {
    Algorithm.Table table = algorithm.of(placed);
    int[] numberOf = table.members().stream().mapToInt(this::numberOf).toArray();
    int[] owners = new int[positions];
    for (int position = 0; position < positions; position++) {
      // The middle of the position's part of hash space: (position + 1/2) · 2^64 ÷ positions.
      long hash = Long.divideUnsigned(-1L, positions) * position + (1L << 63) / positions;
      owners[position] = numberOf[table.ownerOf(hash)];
    }
    return owners;
  }

  private int numberOf(RingMember member) {
    return numbers.computeIfAbsent(member.id(), id -> numbers.size());
  }
}
