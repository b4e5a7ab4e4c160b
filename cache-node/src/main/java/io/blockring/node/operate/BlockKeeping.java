package io.blockring.node.operate;

import io.blockring.client.Namespace;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.node.http.admin.KeepStatus;
import io.blockring.node.http.admin.Residency;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.Member;
import io.blockring.node.store.KeepAction;
import io.blockring.node.store.KeepCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.roaringbitmap.RoaringBitmap;

/**
 * Pins, unpins or evicts the current versions of listed objects, a page at a time: pins on the
 * blocks' owners, the others on every node that has them.
 */
final class BlockKeeping {
  /** Objects of one page: each may cost a question to the bucket. */
  private static final int PAGE = 100;

  private static final int AT_ONCE = 16;

  private final Cluster cluster;
  private final Namespace namespace;
  private final OwnerCalls owners;

  BlockKeeping(Cluster cluster, Namespace namespace, OwnerCalls owners) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.owners = owners;
  }

  /**
   * One page of the objects whose paths begin with this one.
   *
   * @param startAfter a path of the same mount, or empty
   */
  KeepStatus keep(KeepAction action, String path, String startAfter, ReadScope scope)
      throws ReadException {
    MountedPath mounted = MountedPath.of(namespace, path);
    String after = startAfter.isEmpty() ? "" : MountedPath.of(namespace, startAfter).key();
    ListPage page = namespace.list(mounted.mount(), mounted.key(), "", after, PAGE, scope);
    List<String> keys =
        page.entries().stream()
            .map(ListPage.Entry::name)
            .filter(name -> !name.endsWith("/"))
            .toList();
    Tally tally = new Tally();
    Semaphore turns = new Semaphore(AT_ONCE);
    List<Future<?>> asked = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String key : keys) {
        asked.add(
            threads.submit(
                () -> {
                  turns.acquire();
                  try {
                    keepOne(action, mounted.mount(), key, scope, tally);
                  } finally {
                    turns.release();
                  }
                  return null;
                }));
      }
    }
    for (Future<?> one : asked) {
      await(one);
    }
    String next = page.isLast() ? "" : mounted.full(page.nextStartAfter());
    return tally.status(path, keys.size(), next);
  }

  /** Lets every pin of every node go, also of versions that are not listed any more. */
  KeepStatus unpinAll(ReadScope scope) {
    Tally tally = new Tally();
    for (Member member : cluster.view().members()) {
      try {
        if (member.isAlive()) {
          tally.add(member.id(), owners.unpinAll(member.id(), scope));
        } else {
          tally.unanswered(member.id(), "not alive");
        }
      } catch (ReadException e) {
        tally.unanswered(member.id(), String.valueOf(e.getMessage()));
      }
    }
    return tally.status("/", 0, "");
  }

  private static void await(Future<?> one) throws ReadException {
    try {
      one.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ReadException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void keepOne(
      KeepAction action, Namespace.Mount mount, String key, ReadScope scope, Tally tally)
      throws ReadException {
    Version version = namespace.open(mount, key, Namespace.Intent.STAT, scope).version();
    if (version == null) {
      return;
    }
    RoaringBitmap missing = new RoaringBitmap();
    missing.add(0L, version.blockCount());
    for (Member member : cluster.view().members()) {
      RoaringBitmap blocks = blocksOf(member, version, action);
      if (blocks.isEmpty()) {
        continue;
      }
      if (!member.isAlive()) {
        tally.unanswered(member.id(), "not alive");
        continue;
      }
      try {
        RoaringBitmap held = owners.residencyOf(member.id(), version, scope);
        held.and(blocks);
        if (!held.isEmpty()) {
          tally.add(member.id(), owners.keep(member.id(), version, held, action, scope));
          missing.andNot(held);
        }
      } catch (ReadException e) {
        tally.unanswered(member.id(), String.valueOf(e.getMessage()));
      }
    }
    tally.absent(missing.getCardinality());
  }

  private RoaringBitmap blocksOf(Member member, Version version, KeepAction action) {
    RoaringBitmap blocks = new RoaringBitmap();
    for (int block = 0; block < version.blockCount(); block++) {
      if (action != KeepAction.PIN || owners.owner(version, block).equals(member.id())) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  /** What all answers come to. Safe for many threads. */
  private static final class Tally {
    private KeepCounts sum = KeepCounts.NONE;
    private long absent;
    private final Map<String, KeepCounts> refusing = new TreeMap<>();
    private final Map<String, String> unanswered = new TreeMap<>();

    synchronized void add(String node, KeepCounts counts) {
      sum = sum.plus(counts);
      if (counts.refused() > 0) {
        refusing.merge(node, counts, KeepCounts::plus);
      }
    }

    synchronized void absent(long blocks) {
      absent += blocks;
    }

    synchronized void unanswered(String node, String reason) {
      unanswered.putIfAbsent(node, reason);
    }

    synchronized KeepStatus status(String path, long objects, String next) {
      return new KeepStatus(
          path,
          objects,
          sum.done(),
          sum.doneBytes(),
          // Those that were gone when their node came to them are missing too.
          absent + sum.absent(),
          refusing.entrySet().stream()
              .map(
                  node ->
                      new KeepStatus.Refused(
                          node.getKey(), node.getValue().refused(), node.getValue().reason()))
              .toList(),
          unanswered.entrySet().stream()
              .map(node -> new Residency.Unanswered(node.getKey(), node.getValue()))
              .toList(),
          next);
    }
  }
}
