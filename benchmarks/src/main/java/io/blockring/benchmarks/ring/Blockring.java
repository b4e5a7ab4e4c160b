package io.blockring.benchmarks.ring;

import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import java.util.List;

/** The product's own ring, through its public face. */
record Blockring(RingParameters parameters) implements Algorithm {

  @Override
  public String name() {
    return "blockring 2^" + parameters.slotBits();
  }

  @Override
  public Table of(List<RingMember> members) {
    return new RingTable(Ring.of(parameters, members));
  }

  @Override
  public int loadPositions() {
    return parameters.slotCount();
  }

  private record RingTable(Ring ring) implements Table {

    @Override
    public int ownerOf(long hash) {
      return ring.ownerIndex(ring.slotOf(hash));
    }

    @Override
    public List<RingMember> members() {
      return ring.owningMembers();
    }

    /** Owners, and the winners and runners-up from which the next ring is made. */
    @Override
    public long bytes() {
      return 3L * Character.BYTES * ring.parameters().slotCount();
    }
  }
}
