package io.blockring.node.manifest;

import io.blockring.client.cluster.BlockChecksums;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.cluster.ControlException;
import io.blockring.client.ladder.Routes;
import io.blockring.client.ladder.Rung;
import io.blockring.client.manifest.Crc64Nvme;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells resolvers the checksums of blocks that this node filled from a bucket. They are computed
 * from the bytes as they came, not from what the store says of them. Nobody waits for a report:
 * what does not fit the queue, or finds its resolver away, is not proved later.
 */
public final class FillReports implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FillReports.class);
  private static final int MOST_WAITING = 4_096;
  private static final int MOST_AT_ONCE = 512;
  private static final Duration TOGETHER = Duration.ofMillis(50);
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private final String selfId;
  private final Routes routes;
  private final ControlClient control;
  private final Manifests own;
  private final ManifestCounters counters;
  private final BlockingQueue<BlockChecksums> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Set<MountId> withoutCrc64 = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  /**
   * @param own where this node keeps the manifests of keys it resolves
   */
  public FillReports(
      String selfId,
      Routes routes,
      ControlClient control,
      Manifests own,
      ManifestCounters counters) {
    this.selfId = selfId;
    this.routes = routes;
    this.control = control;
    this.own = own;
    this.counters = counters;
    this.thread = Thread.ofVirtual().name("fill-reports").start(this::run);
  }

  /**
   * A fill ended well.
   *
   * @param bytes of the whole block, read before this returns
   * @param rung the deepest that any of them came from
   */
  public void filled(BlockRange block, ByteBuffer bytes, Rung rung) {
    if (rung != Rung.ORIGIN && rung != Rung.SOURCE_REGION) {
      return; // Whoever fetched it has told.
    }
    CRC32C crc32c = new CRC32C();
    crc32c.update(bytes.duplicate());
    boolean isWith64 = !withoutCrc64.contains(block.version().name().mount());
    BlockChecksums checksums =
        new BlockChecksums(
            block.version(),
            block.blockIndex(),
            (int) crc32c.getValue(),
            isWith64,
            isWith64 ? Crc64Nvme.of(bytes) : 0);
    if (!waiting.offer(checksums)) {
      counters.unreported.increment();
    }
  }

  /** Blocks that wait to be told. */
  public int waiting() {
    return waiting.size();
  }

  private void run() {
    try {
      while (true) {
        List<BlockChecksums> together = new ArrayList<>();
        together.add(waiting.take());
        // Blocks of one file come close together: one message for those of a moment.
        Thread.sleep(TOGETHER);
        waiting.drainTo(together, MOST_AT_ONCE - 1);
        try {
          tell(together);
        } catch (RuntimeException e) {
          counters.unreported.add(together.size());
          log.warn("{} filled blocks could not be reported", together.size(), e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private void tell(List<BlockChecksums> filled) {
    Map<Routes.Member, List<BlockChecksums>> byResolver = new LinkedHashMap<>();
    for (BlockChecksums one : filled) {
      List<Routes.Member> line = routes.candidates(one.version().placement().hash(0));
      if (line.isEmpty()) {
        counters.unreported.increment();
      } else {
        byResolver.computeIfAbsent(line.getFirst(), member -> new ArrayList<>()).add(one);
      }
    }
    byResolver.forEach(this::tell);
  }

  private void tell(Routes.Member resolver, List<BlockChecksums> filled) {
    try {
      Set<MountId> without =
          resolver.isSelf()
              ? own.take(selfId, filled)
              : control.report(
                  new ControlAddress(resolver.host(), resolver.controlPort()),
                  selfId,
                  filled,
                  DEADLINE);
      counters.reported.add(filled.size());
      for (BlockChecksums one : filled) {
        MountId mount = one.version().name().mount();
        if (without.contains(mount)) {
          withoutCrc64.add(mount);
        } else {
          withoutCrc64.remove(mount);
        }
      }
    } catch (ControlException | RuntimeException e) {
      counters.unreported.add(filled.size());
      log.debug("{} could not be told what was filled: {}", resolver.id(), e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
