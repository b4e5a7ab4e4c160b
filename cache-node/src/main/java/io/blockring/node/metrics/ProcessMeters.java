package io.blockring.node.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;
import java.util.List;

/** The process: heap, threads, processor, files. */
final class ProcessMeters {
  private ProcessMeters() {}

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
