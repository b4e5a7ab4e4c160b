package io.blockring.node.operate;

import io.blockring.node.figures.Gatherer;
import io.blockring.node.figures.Sample;
import io.blockring.node.figures.SampleHistory;
import io.blockring.node.http.admin.ClusterStatus;
import io.blockring.node.http.admin.ClusterStatus.Health;
import io.blockring.node.http.admin.ClusterStatus.Problem;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.wire.v1.Figures;
import java.util.ArrayList;
import java.util.List;

/** How the cluster is, as this node sees it: the numbers, and what is not as it should be. */
public final class StatusReport {
  private final String clusterName;
  private final Cluster cluster;
  private final SampleHistory own;
  private final OwnProblems ownProblems;
  private final Mirrors mirrors;
  private final long startedNanos = System.nanoTime();

  public StatusReport(
      String clusterName,
      Cluster cluster,
      SampleHistory own,
      OwnProblems ownProblems,
      Mirrors mirrors) {
    this.clusterName = clusterName;
    this.cluster = cluster;
    this.own = own;
    this.ownProblems = ownProblems;
    this.mirrors = mirrors;
  }

  /**
   * @param gathered what the nodes said of themselves
   */
  ClusterStatus now(Gatherer.Gathered gathered) {
    ClusterView view = cluster.view();
    Sample counted = own.now();
    Sample all = counted;
    for (var answer : gathered.byNode().entrySet()) {
      if (!answer.getKey().equals(view.selfId())) {
        all = all.plus(GatheredFigures.latest(answer.getValue()));
      }
    }
    return new ClusterStatus(
        clusterName,
        view.selfId(),
        version(),
        (System.nanoTime() - startedNanos) / 1_000_000,
        view.members().size(),
        (int) view.members().stream().filter(Member::isAlive).count(),
        view.epoch(),
        view.ring().fingerprint(),
        GatheredFigures.store(counted),
        GatheredFigures.traffic(counted),
        GatheredFigures.store(all),
        GatheredFigures.traffic(all),
        GatheredFigures.unanswered(gathered),
        problems(view, gathered));
  }

  private List<Problem> problems(ClusterView view, Gatherer.Gathered gathered) {
    List<Problem> problems = new ArrayList<>(ownProblems.now());
    gathered
        .byNode()
        .forEach(
            (node, figures) -> {
              if (!node.equals(view.selfId())) {
                problems.addAll(others(figures));
              }
            });
    if (view.ring().isEmpty()) {
      problems.add(
          new Problem(
              Health.READERS_AFFECTED,
              "no_owners",
              clusterName,
              "no member has weight: every read goes to the bucket"));
    }
    held(view, problems);
    for (Member member : view.members()) {
      away(member, problems);
      if (member.isIsolated()) {
        problems.add(
            new Problem(
                Health.DEGRADED,
                "node_isolated",
                member.id(),
                "nobody reads from it, as an operator asked"
                    + (member.isolatedBecause().isEmpty() ? "" : ": " + member.isolatedBecause())));
      }
    }
    view.bypasses()
        .forEach(
            (mount, until) ->
                problems.add(
                    new Problem(
                        Health.DEGRADED,
                        "mount_bypassed",
                        mount,
                        "reads go to the bucket only, for "
                            + seconds(until - System.currentTimeMillis())
                            + " more")));
    problems.addAll(mirrors.problems());
    return problems;
  }

  private static List<Problem> others(Figures figures) {
    return figures.getProblemsList().stream()
        .map(
            problem ->
                new Problem(
                    problem.getAffectsReaders() ? Health.READERS_AFFECTED : Health.DEGRADED,
                    problem.getCode(),
                    problem.getSubject(),
                    problem.getMessage()))
        .toList();
  }

  private void held(ClusterView view, List<Problem> problems) {
    List<String> held = view.members().stream().filter(Member::isHeld).map(Member::id).toList();
    if (!held.isEmpty()) {
      problems.add(
          new Problem(
              Health.DEGRADED,
              "repair_held",
              clusterName,
              "too much weight vanished at once to give its slots away: waiting for "
                  + String.join(", ", held.subList(0, Math.min(5, held.size())))
                  + (held.size() > 5 ? " and " + (held.size() - 5) + " more" : "")
                  + "; cachectl repair --start waits no longer"));
    }
  }

  private void away(Member member, List<Problem> problems) {
    String unseen = "unseen for " + seconds(cluster.unseenMillis(member.id()));
    switch (member.liveness()) {
      case ALIVE -> {}
      case AWAY ->
          problems.add(
              new Problem(
                  Health.DEGRADED,
                  "node_away",
                  member.id(),
                  unseen + "; its blocks are read from the next in line"));
      case GONE ->
          problems.add(
              new Problem(
                  Health.DEGRADED,
                  "node_gone",
                  member.id(),
                  unseen + (member.isHeld() ? "" : "; its slots get other owners")));
    }
  }

  private static String seconds(long millis) {
    return millis / 1_000 + " s";
  }

  /** Of the jar this runs from. */
  public static String version() {
    String version = StatusReport.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
