package io.blockring.benchmarks.ring;

import io.blockring.ring.RingMember;
import java.util.List;

/**
 * Plain weighted rendezvous: the member with the least {@code −ln(hash of key and member) ÷ weight}
 * owns a key. Exact and minimal by construction, and every lookup asks every member.
 */
record WeightedRendezvous() implements Algorithm {

  @Override
  public String name() {
    return "rendezvous";
  }

  @Override
  public int loadPositions() {
    return 1 << 20;
  }

  @Override
  public int movementPositions() {
    return 1 << 17;
  }

  @Override
  public boolean isExact() {
    return false;
  }

  @Override
  public Table of(List<RingMember> members) {
    return new Scores(
        members,
        members.stream().mapToLong(member -> Hashing.md5Long(member.id())).toArray(),
        members.stream().mapToDouble(member -> 1.0 / member.weight()).toArray());
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Scores(List<RingMember> members, long[] keys, double[] reciprocals)
      implements Table {

    /** −log2 of 1 + i ÷ 4096, so that a score costs a table look-up instead of a logarithm. */
    private static final double[] LOGARITHMS = new double[4096];

    static {
      for (int i = 0; i < LOGARITHMS.length; i++) {
        LOGARITHMS[i] = -Math.log(1 + (i + 0.5) / LOGARITHMS.length) / Math.log(2);
      }
    }

    @Override
    public int ownerOf(long hash) {
      double least = Double.MAX_VALUE;
      int winner = 0;
      for (int member = 0; member < keys.length; member++) {
        long h = Hashing.mix(hash ^ keys[member]);
        int zeros = Long.numberOfLeadingZeros(h | 1);
        double score =
            (zeros + 1 + LOGARITHMS[(int) (h << zeros << 1 >>> 52)]) * reciprocals[member];
        if (score < least) {
          least = score;
          winner = member;
        }
      }
      return winner;
    }

    @Override
    public long bytes() {
      return (long) keys.length * (Long.BYTES + Double.BYTES);
    }
  }
}
