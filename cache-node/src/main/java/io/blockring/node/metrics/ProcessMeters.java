package io.blockring.node.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.blockring.node.host.HostPressure;
import io.blockring.node.host.Nic;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;
import java.util.List;

/** The process: heap, threads, processor, files; and how hard its host is pressed. */
public final class ProcessMeters {
  private ProcessMeters() {}

  /** Shows what the host's pressure is, and what it costs background work. */
  public static void bindPressure(Metrics metrics, HostPressure pressure) {
    metrics.gauge(NodeMeter.HOST_PRESSURE, () -> pressure.percent() / 100.0);
    metrics.counter(NodeMeter.GAVE_WAY_SECONDS, () -> pressure.pausedMillis() / 1e3);
  }

  /** Shows the network's limit, and how long it held bytes back. */
  public static void bindNic(Metrics metrics, Nic nic) {
    metrics.gauge(NodeMeter.NIC_LIMIT_BYTES, nic::bytesPerSecond);
    metrics.counter(NodeMeter.NIC_PAUSED_SECONDS, () -> nic.sent().pausedNanos() / 1e9, "sent");
    metrics.counter(NodeMeter.NIC_PAUSED_SECONDS, () -> nic.taken().pausedNanos() / 1e9, "taken");
  }

  static void bind(Metrics metrics) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    metrics.gauge(NodeMeter.HEAP_USED_BYTES, () -> memory.getHeapMemoryUsage().getUsed());
    metrics.gauge(NodeMeter.HEAP_MAX_BYTES, () -> memory.getHeapMemoryUsage().getMax());
    metrics.gauge(NodeMeter.NON_HEAP_USED_BYTES, () -> memory.getNonHeapMemoryUsage().getUsed());
    List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    metrics.gauge(
        NodeMeter.DIRECT_USED_BYTES,
        () ->
            pools.stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum());
    metrics.gauge(NodeMeter.THREADS, () -> ManagementFactory.getThreadMXBean().getThreadCount());
    List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    metrics.counter(
        NodeMeter.GC_SECONDS,
        () ->
            collectors.stream()
                    .mapToLong(collector -> Math.max(0, collector.getCollectionTime()))
                    .sum()
                / 1e3);
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    metrics.gauge(NodeMeter.UPTIME_SECONDS, () -> runtime.getUptime() / 1e3);
    UnixOperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
    metrics.counter(NodeMeter.CPU_SECONDS, () -> system.getProcessCpuTime() / 1e9);
    metrics.gauge(NodeMeter.OPEN_FILES, system::getOpenFileDescriptorCount);
    metrics.gauge(NodeMeter.MAX_FILES, system::getMaxFileDescriptorCount);
  }
}
