package io.blockring.benchmarks.ring;

import io.blockring.ring.RingMember;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Multi-probe consistent hashing: few points (one per unit of weight), several probes per hash; the
 * probe that is closest to its next point clockwise wins.
 */
record MultiProbe(int probes) implements Algorithm {

  private record Point(long at, int member) {}

  @Override
  public String name() {
    return "multi-probe-" + probes;
  }

  @Override
  public int loadPositions() {
    return 1 << 21;
  }

  @Override
  public int movementPositions() {
    return 1 << 18;
  }

  @Override
  public boolean isExact() {
    return false;
  }

  @Override
  public Table of(List<RingMember> members) {
    List<Point> sorted =
        IntStream.range(0, members.size())
            .boxed()
            .flatMap(member -> pointsOf(members.get(member), member))
            .sorted(Comparator.comparingLong(Point::at))
            .toList();
    return new Points(
        sorted.stream().mapToLong(Point::at).toArray(),
        sorted.stream().mapToInt(Point::member).toArray(),
        members,
        probes);
  }

  private static Stream<Point> pointsOf(RingMember member, int number) {
    return IntStream.range(0, member.weight())
        .mapToObj(point -> new Point(Hashing.md5Long(member.id() + "-" + point), number));
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Points(long[] points, int[] owners, List<RingMember> members, int probes)
      implements Table {

    @Override
    public int ownerOf(long hash) {
      long closest = -1;
      int winner = 0;
      for (int probe = 1; probe <= probes; probe++) {
        long at = Hashing.mix(hash + probe * 0x9E3779B97F4A7C15L);
        int found = Arrays.binarySearch(points, at);
        int next = found < 0 ? -found - 1 : found;
        next = next == points.length ? 0 : next;
        // As unsigned numbers: distances are clockwise and wrap.
        if (Long.compareUnsigned(points[next] - at, closest) < 0) {
          closest = points[next] - at;
          winner = next;
        }
      }
      return owners[winner];
    }

    @Override
    public long bytes() {
      return (long) points.length * (Long.BYTES + Integer.BYTES);
    }
  }
}
