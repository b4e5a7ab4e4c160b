package io.blockring.node.config;

import io.blockring.client.namespace.MountId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything a node is told. Each component of the node gets its own section only. */
public record NodeSettings(
    @Setting(doc = "Who this node is.") MemberSettings node,
    @Setting(doc = "The cluster it belongs to.") ClusterSettings cluster,
    @Setting(doc = "Where it listens.") PortSettings ports,
    @Setting(doc = "Who may ask, what is encrypted, what may leave loopback.")
        SecuritySettings security,
    @Setting(doc = "Blocks on its disks.") BlockStoreSettings store,
    @Setting(doc = "Blocks in its memory.") MemorySettings memory,
    @Setting(doc = "What it may take from its host.") LimitSettings limits,
    @Setting(doc = "Deadlines.") TimeoutSettings timeouts,
    @Setting(doc = "Blocks that move to other members.") HandoffSettings handoff,
    @Setting(
            doc =
                "Names bound to origins. NAME is the first part of every path and the bucket of the"
                    + " S3 endpoint: 1 to 63 of a-z, 0-9, dot and dash.")
        Map<String, MountSettings> mounts)
    implements Checked {

  /** Files a node has open besides connections, requests and disks: jars, logs, event loops. */
  private static final int OWN_FILES = 512;

  private static final int FILES_PER_DISK = 64;

  /** Of a disk's space, in files that stay open; each has two descriptors. */
  private static final long SEGMENT_BYTES = 2L << 30;

  /** The rest is for mounts without a floor. */
  private static final double MOST_FLOORS = 0.9;

  /** The host that others are told. */
  public String advertisedHost() {
    return node.host().isEmpty() ? ports.host() : node.host();
  }

  /** The share of the ring that this node asks for. */
  public int weightUnits() {
    return node.weight().unitsFor(store.budgetBytes(node));
  }

  /** How many file descriptors may be needed at the same time. */
  public long openFilesNeeded() {
    long requests = mounts.values().stream().mapToLong(MountSettings::maxConcurrentRequests).sum();
    long disks = store.disksOr(node).size();
    long segments = store.budgetBytes(node) / SEGMENT_BYTES;
    return OWN_FILES + 2L * limits.connections() + requests + FILES_PER_DISK * disks + 2 * segments;
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    String missing = ports.isLoopback() ? "" : security.missingBeyondLoopback();
    if (!missing.isEmpty()) {
      problems.add(
          "ports.host "
              + ports.host()
              + " is not loopback, so more is needed: "
              + missing
              + ". Or say --insecure: whoever reaches the ports then reads and changes everything");
    }
    if (ports.host().equals("0.0.0.0") && node.host().isEmpty()) {
      problems.add("ports.host is 0.0.0.0: set node.host to what others reach this node by");
    }
    for (String name : mounts.keySet()) {
      if (!name.matches("[a-z0-9][a-z0-9.-]{0,62}")) {
        problems.add("mounts: '" + name + "' is not 1 to 63 of a-z, 0-9, dot and dash");
      }
    }
    checkSharedOrigins(problems);
    checkFloors(problems);
    return problems;
  }

  /** Mounts with one id share their blocks and their floor. */
  private void checkFloors(List<String> problems) {
    long budget = store.budgetBytes(node);
    Map<MountId, Double> floors = new HashMap<>();
    mounts.forEach(
        (name, mount) -> {
          double floor = mount.store().floor().of(budget);
          double ceiling = mount.store().ceiling().of(budget);
          if (floor > ceiling) {
            problems.add(
                "mounts: store.floor "
                    + mount.store().floor()
                    + " of '"
                    + name
                    + "' is above its store.ceiling "
                    + mount.store().ceiling()
                    + " of a budget of "
                    + new ByteSize(budget));
          }
          if (mount.problems().isEmpty()) {
            floors.put(mount.id(), floor);
          }
        });
    double sum = floors.values().stream().mapToDouble(Double::doubleValue).sum();
    if (sum > MOST_FLOORS) {
      problems.add(
          "mounts: their store.floor are %.0f %% of the budget of %s together, must be at most %.0f %%"
              .formatted(100 * sum, new ByteSize(budget), 100 * MOST_FLOORS));
    }
  }

  /**
   * Mounts with one id share blocks and versions, so only one freshness and one credential can hold
   * for them: which, nobody could tell.
   */
  private void checkSharedOrigins(List<String> problems) {
    mounts.forEach(
        (name, mount) ->
            mounts.forEach(
                (other, its) -> {
                  if (name.compareTo(other) < 0 && isOneOrigin(mount, its) && !mount.equals(its)) {
                    problems.add(
                        "mounts: '"
                            + name
                            + "' and '"
                            + other
                            + "' are one origin with one blockBytes and identity, so they share"
                            + " blocks and versions: make their other settings equal too, or give"
                            + " one another blockBytes");
                  }
                }));
  }

  /** What has problems of its own has no id, and is told them. */
  private static boolean isOneOrigin(MountSettings mount, MountSettings other) {
    return mount.problems().isEmpty()
        && other.problems().isEmpty()
        && mount.id().equals(other.id());
  }
}
