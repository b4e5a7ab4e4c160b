package io.blockring.node.http.admin;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/** How many requests of one kind may be under way; one more is refused at once. */
final class Lane {

  /** The kinds, so that a slow reader of objects cannot keep a metrics scrape out. */
  enum Name {
    REQUESTS("admin-requests", AdminLimits.MAX_REQUESTS),
    STREAMS("admin-streams", AdminLimits.MAX_STREAMS),
    LISTENERS("admin-listeners", AdminLimits.MAX_LISTENERS),
    PROBES("admin-probes", AdminLimits.MAX_PROBES);

    private final String label;
    private final int most;

    Name(String label, int most) {
      this.label = label;
      this.most = most;
    }

    String label() {
      return label;
    }
  }

  private final Name name;
  private final Semaphore free;
  private final LongAdder shed = new LongAdder();

  Lane(Name name) {
    this.name = name;
    this.free = new Semaphore(name.most);
  }

  /** Takes a place, which {@link #leave} gives back. */
  void enter() throws ApiException {
    if (!free.tryAcquire()) {
      shed.increment();
      throw ApiException.busy(
          "too many requests under way in " + name.label + ": the limit is " + name.most);
    }
  }

  void leave() {
    free.release();
  }

  AdminServer.LaneStatistics statistics() {
    return new AdminServer.LaneStatistics(
        name.label, name.most - free.availablePermits(), name.most, shed.sum());
  }
}
