package io.blockring.benchmarks.ring;

import io.blockring.ring.RingMember;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * libketama: points on a circle of 32 bits, four from each MD5, as many per member as its share of
 * the total weight; the next point clockwise owns a hash.
 *
 * @param pointsPerMember at equal weights, a multiple of 4
 */
record Ketama(int pointsPerMember) implements Algorithm {

  private static final int POINTS_PER_HASH = 4;

  @Override
  public String name() {
    return "ketama-" + pointsPerMember;
  }

  @Override
  public int loadPositions() {
    return 1 << 22;
  }

  @Override
  public int movementPositions() {
    return 1 << 20;
  }

  @Override
  public boolean isExact() {
    return false;
  }

  @Override
  public Table of(List<RingMember> members) {
    long total = members.stream().mapToLong(RingMember::weight).sum();
    long hashesAtEqualWeight = (long) pointsPerMember / POINTS_PER_HASH * members.size();
    long[] points = new long[pointsPerMember * members.size() * 2];
    int size = 0;
    for (int member = 0; member < members.size(); member++) {
      long hashes = hashesAtEqualWeight * members.get(member).weight() / total;
      for (int hash = 0; hash < hashes; hash++) {
        ByteBuffer md5 = Hashing.md5(members.get(member).id() + "-" + hash);
        for (int word = 0; word < POINTS_PER_HASH; word++) {
          points[size++] = Integer.toUnsignedLong(md5.getInt()) << Short.SIZE | member;
        }
      }
    }
    return Circle.of(Arrays.copyOf(points, size), members);
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Circle(int[] points, short[] owners, List<RingMember> members) implements Table {

    /** Sign bits are flipped, so that signed comparison orders the points as unsigned. */
    static Circle of(long[] pointsAndMembers, List<RingMember> members) {
      Arrays.sort(pointsAndMembers);
      int[] points = new int[pointsAndMembers.length];
      short[] owners = new short[points.length];
      for (int i = 0; i < points.length; i++) {
        points[i] = (int) (pointsAndMembers[i] >>> Short.SIZE) ^ Integer.MIN_VALUE;
        owners[i] = (short) pointsAndMembers[i];
      }
      return new Circle(points, owners, members);
    }

    @Override
    public int ownerOf(long hash) {
      int at = Arrays.binarySearch(points, (int) (hash >>> Integer.SIZE) ^ Integer.MIN_VALUE);
      int next = at < 0 ? -at - 1 : at;
      return owners[next == points.length ? 0 : next] & 0xFFFF;
    }

    @Override
    public long bytes() {
      return (long) points.length * (Integer.BYTES + Short.BYTES);
    }
  }
}
