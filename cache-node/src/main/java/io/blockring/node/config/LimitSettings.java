package io.blockring.node.config;

import java.util.ArrayList;
import java.util.List;

/** Section {@code limits}: what this node may take from its host. */
public record LimitSettings(
    @Setting(
            doc =
                "Bytes of replies and fills in flight in the whole process; more than that waits,"
                    + " then is answered 503.",
            value = "512MiB")
        ByteSize bytesInFlight,
    @Setting(
            doc = "Processors to size thread pools for; 0: as many as the JVM sees, at most 8.",
            value = "0")
        int cpu,
    @Setting(doc = "Connections accepted on each port; more are closed at once.", value = "4096")
        int connections)
    implements Checked {

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
    if (bytesInFlight.bytes() < 16L << 20) {
      problems.add("limits.bytesInFlight " + bytesInFlight + " is below 16MiB");
    }
    return problems;
  }
}
