package io.blockring.node.http.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.blockring.node.security.ApiKey;
import java.util.List;

/**
 * The cluster as the answering node sees it.
 *
 * @param nodes members in the book, alive or not
 * @param store of the answering node
 * @param traffic of the answering node
 * @param clusterStore of all nodes that answered
 * @param clusterTraffic of all nodes that answered, since each one started
 * @param unanswered nodes that could not be asked: the cluster's figures lack theirs
 * @param problems empty when all is well
 */
public record ClusterStatus(
    String cluster,
    String answeringNode,
    String version,
    long uptimeMillis,
    int nodes,
    int aliveNodes,
    long ringEpoch,
    String ringFingerprint,
    StoreUse store,
    Traffic traffic,
    StoreUse clusterStore,
    Traffic clusterTraffic,
    List<Residency.Unanswered> unanswered,
    List<Problem> problems) {

  /** How bad it is, for the people who read. */
  public enum Health {
    OK,
    /** Something is broken; nobody who reads notices. */
    DEGRADED,
    /** Reads are slow, go to the bucket or fail. */
    READERS_AFFECTED
  }

  /**
   * One thing that is not as it should be.
   *
   * @param code stable, for machines: {@code node_away}
   * @param subject the node, mount, disk it is about
   */
  public record Problem(Health severity, String code, String subject, String message) {
    /** Messages name objects of all mounts, subjects mounts. */
    private Problem toldTo(ApiKey asker) {
      return asker.isLimited()
          ? new Problem(severity, code, asker.maySee(subject) ? subject : "", "")
          : this;
    }
  }

  /** The same without what lies outside of the asker's paths. */
  ClusterStatus toldTo(ApiKey asker) {
    return new ClusterStatus(
        cluster,
        answeringNode,
        version,
        uptimeMillis,
        nodes,
        aliveNodes,
        ringEpoch,
        ringFingerprint,
        store,
        traffic,
        clusterStore,
        clusterTraffic,
        unanswered,
        problems.stream().map(problem -> problem.toldTo(asker)).toList());
  }

  /** That of the worst problem. */
  @JsonProperty
  public Health health() {
    return problems.stream().map(Problem::severity).max(Health::compareTo).orElse(Health.OK);
  }
}
