package io.blockring.node.membership;

import io.blockring.client.ladder.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The cluster as the read ladder asks for it.
 *
 * <p>While a member is away the next in line fills its blocks. So for a while after its start a
 * member takes that one for a holder: what was fetched in its absence need not be fetched again.
 */
public final class ClusterRoutes implements Routes {
  private final Supplier<ClusterView> view;
  private final long afterStartNanos;
  private final LongSupplier nanoTime;
  private final long startNanos;

  /**
   * @param view the present one
   * @param afterStart how long whoever stood in for this member is asked
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public ClusterRoutes(Supplier<ClusterView> view, Duration afterStart, LongSupplier nanoTime) {
    this.view = view;
    this.afterStartNanos = afterStart.toNanos();
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  @Override
  public List<Routes.Member> candidates(long placementHash) {
    return candidates(placementHash, 1);
  }

  @Override
  public List<Routes.Member> candidates(long placementHash, int replicas) {
    ClusterView now = view.get();
    return now.candidates(placementHash, replicas).stream()
        .map(member -> member.route(now.isNear(member)))
        .toList();
  }

  @Override
  public List<Routes.Member> holders(long placementHash) {
    List<Routes.Member> holders = new ArrayList<>();
    view.get().holders(placementHash).forEach(member -> holders.add(member.route()));
    if (nanoTime.getAsLong() - startNanos < afterStartNanos) {
      candidates(placementHash).stream()
          .filter(member -> !member.isSelf())
          .findFirst()
          .filter(member -> !holders.contains(member))
          .ifPresent(holders::add);
    }
    return holders;
  }

  @Override
  public String fingerprint() {
    return view.get().ring().fingerprint();
  }
}
