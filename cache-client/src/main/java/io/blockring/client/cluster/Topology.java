package io.blockring.client.cluster;

import io.blockring.client.Namespace;
import io.blockring.ring.Ring;
import io.blockring.ring.RingMember;
import io.blockring.ring.RingParameters;
import java.util.List;

/**
 * Who is in the cluster, as one of its nodes sees it.
 *
 * @param ringFingerprint of the ring that the answering node uses; {@link #ring} makes the same one
 */
public record Topology(
    String cluster,
    RingParameters ringParameters,
    List<Member> members,
    List<Mount> mounts,
    String ringFingerprint) {

  /**
   * One node.
   *
   * @param weight in the ring: 0 while it is drained
   * @param unseenMillis since the answering node last heard of it; 0 for itself
   * @param maintenanceUntilEpochMillis wall clock; expected to be away until then; 0: not
   * @param isIsolated by an operator: nobody shall read from it, although it is alive
   */
  public record Member(
      String id,
      int weight,
      String zone,
      String host,
      int blockPort,
      int controlPort,
      int s3Port,
      int adminPort,
      boolean isAlive,
      long unseenMillis,
      long maintenanceUntilEpochMillis,
      boolean isIsolated) {

    public ControlAddress control() {
      return new ControlAddress(host, controlPort);
    }
  }

  /**
   * A mount and its detour.
   *
   * @param bypassUntilEpochMillis wall clock; until then reads go straight to the bucket; 0: not
   */
  public record Mount(Namespace.Mount mount, long bypassUntilEpochMillis) {}

  /** Makes the ring of these members; tens of milliseconds, so keep it. */
  public Ring ring() {
    return Ring.of(
        ringParameters,
        members.stream().map(m -> new RingMember(m.id(), m.weight(), m.zone())).toList());
  }
}
