package io.blockring.node.control;

import io.blockring.client.Namespace;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.node.membership.MemberAddress;
import io.blockring.wire.v1.Mount;
import io.blockring.wire.v1.RingParameters;
import io.blockring.wire.v1.Topology;
import java.util.List;
import java.util.function.Supplier;

/** Writes the current cluster view as a message. */
final class TopologyAnswer {
  private final String clusterName;
  private final Cluster cluster;
  private final Supplier<List<Namespace.Mount>> mounts;

  TopologyAnswer(String clusterName, Cluster cluster, Supplier<List<Namespace.Mount>> mounts) {
    this.clusterName = clusterName;
    this.cluster = cluster;
    this.mounts = mounts;
  }

  Topology message() {
    ClusterView view = cluster.view();
    Topology.Builder topology =
        Topology.newBuilder()
            .setCluster(clusterName)
            .setRing(parameters(view))
            .setRingFingerprint(view.ring().fingerprint());
    view.members().forEach(member -> topology.addMembers(member(member)));
    for (Namespace.Mount mount : mounts.get()) {
      topology.addMounts(
          Mount.newBuilder()
              .setName(mount.name())
              .setId(mount.id().toString())
              .setBlockBytes(mount.blockBytes())
              .setReplicas(mount.replicas())
              .setBypassUntilEpochMillis(view.bypasses().getOrDefault(mount.name(), 0L)));
    }
    return topology.build();
  }

  private static RingParameters parameters(ClusterView view) {
    var parameters = view.ring().parameters();
    return RingParameters.newBuilder()
        .setSlotBits(parameters.slotBits())
        .setEpsilonPpm(parameters.epsilonPpm())
        .setSeed(parameters.seed())
        .build();
  }

  private io.blockring.wire.v1.Member member(Member member) {
    MemberAddress address = member.address();
    return io.blockring.wire.v1.Member.newBuilder()
        .setId(member.id())
        .setWeight(member.ringWeight())
        .setZone(member.zone())
        .setHost(address.host())
        .setBlockPort(address.blockPort())
        .setControlPort(address.controlPort())
        .setS3Port(address.s3Port())
        .setAdminPort(address.adminPort())
        .setAlive(member.isAlive())
        .setUnseenMillis(cluster.unseenMillis(member.id()))
        .setMaintenanceUntilEpochMillis(member.maintenanceUntilEpochMillis())
        .setIsolated(member.isIsolated())
        .build();
  }
}
