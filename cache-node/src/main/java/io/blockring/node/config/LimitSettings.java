package io.blockring.node.config;

import java.util.ArrayList;
import java.util.List;

/** Section {@code limits}: what this node may take from its host. */
public record LimitSettings(
    @Setting(
            doc =
                "What the process may take of memory, heap and all; page cache is not in it. auto:"
                    + " what the heap (-Xmx), the JVM and 512MiB of blocks need, at most three"
                    + " quarters of what the host or container has.",
            value = "auto")
        AutoSize memory,
    @Setting(
            doc =
                "How much of the host's page cache the node's block files may fill, all disks"
                    + " together, divided like their budgets: hot blocks stay up to it, the others'"
                    + " pages are handed back. On top of it come blocks that are being read, and"
                    + " what was written and not flushed yet: a second's worth, at most 512MiB a"
                    + " disk. auto: hot blocks stay as long as the kernel lets them, and those"
                    + " read once leave.",
            value = "auto")
        AutoSize pageCache,
    @Setting(
            doc =
                "Bytes of replies and fills in flight in the whole process; more than that waits,"
                    + " then is answered 503. auto: half of what heap and JVM leave of"
                    + " limits.memory, at most 256MiB.",
            value = "auto")
        AutoSize bytesInFlight,
    @Setting(
            doc =
                "Processors to size every pool of threads for, see [threads](#threads); 0: as many"
                    + " as the JVM sees, at most 8. The JVM's own threads (collector, compilers)"
                    + " follow -XX:ActiveProcessorCount.",
            value = "0")
        int cpu,
    @Setting(
            doc =
                "Warm-up and scrub give way, up to 100ms before each block, while tasks of this host"
                    + " wait for a processor, the disk or memory for more than this percentage of"
                    + " the time (the kernel's pressure stall information, some avg10). 100: never.",
            value = "40")
        int pressure,
    @Setting(
            doc =
                "What the node may send to the network, and what it may take from it, of objects'"
                    + " bytes: each direction by itself, in bits a second as in 10Gb/s, or"
                    + " unlimited. Beyond it readers are paced, and warm-up, repair and replication"
                    + " give way to them. Readers on this host do not count.",
            value = "unlimited")
        BitRate nic,
    @Setting(doc = "Connections accepted on each port; more are closed at once.", value = "4096")
        int connections,
    @Setting(
            doc =
                "Bytes written to the disks for blocks from midnight to midnight (UTC): a size for"
                    + " all disks together, a multiple of their budget as in 1.5x, or unlimited."
                    + " When a disk has had its share, what is fetched is read and not kept.",
            value = "unlimited")
        WriteAllowance diskWritesPerDay)
    implements Checked {

  /** How many threads a pool has. */
  public int threads(Pool pool) {
    return Math.max(cpu > 0 ? 1 : pool.leastUnlimited(), pool.threads(processors()));
  }

  /** Processors to size pools for, at least 1. */
  public int processors() {
    return cpu > 0 ? cpu : Math.min(8, Runtime.getRuntime().availableProcessors());
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (cpu < 0) {
      problems.add("limits.cpu " + cpu + " is below 0");
    }
    if (connections < 1) {
      problems.add("limits.connections " + connections + " is below 1");
    }
    if (pressure < 1 || pressure > 100) {
      problems.add("limits.pressure " + pressure + " is not a percentage between 1 and 100");
    }
    return problems;
  }
}
