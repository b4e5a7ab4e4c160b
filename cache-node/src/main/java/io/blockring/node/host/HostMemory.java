package io.blockring.node.host;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What this host, or the container on it that the process lives in, has of memory. */
public final class HostMemory {
  private HostMemory() {}

  /** In bytes; the JVM knows of cgroups of both versions. */
  public static long bytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
