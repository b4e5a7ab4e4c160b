package io.blockring.warmup;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ReadException.Kind;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.warmup.FillResult.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A bucket and its owners in memory. Faults are set by tests; one lock for everything. */
class FakeCluster implements WarmupCluster {
  static final int BLOCK = 4096;
  private static final MountId MOUNT = MountId.of("file:///fake", "", BLOCK, "auto");
  private static final Namespace.Mount MODELS = new Namespace.Mount("models", MOUNT, BLOCK);

  /** What a test does to calls; each method may be overridden. */
  static class Faults {
    void onList(String prefix, String startAfter) throws ReadException {}

    void onOpen(String path) throws ReadException {}

    /** Null lets the block be filled. */
    @Nullable FillResult onFill(String member, Version version, int block) throws ReadException {
      return null;
    }

    void onResidency(Version version) throws ReadException {}
  }

  int members = 3; // guarded by this once a job runs, as all below
  int pageSize = 4;
  Faults faults = new Faults();
  private final NavigableMap<String, Version> bucket = new TreeMap<>();
  private final Map<String, Map<Version, BitSet>> stored = new HashMap<>();
  private final Map<String, Integer> writes = new HashMap<>();
  private final List<String> weak = new ArrayList<>();
  int blocksAsked;
  private int blocksInFlight;
  private long bytesInFlight;
  int mostBlocksInFlight;
  long mostBytesInFlight;

  /** Writes an object, again with a new identity. */
  synchronized FakeCluster put(String path, long size) {
    int write = writes.merge(path, 1, Integer::sum);
    Identity identity = new Identity(Identity.Kind.ETAG, "\"" + write + "\"");
    bucket.put(path, new Version(new ObjectName(MOUNT, path), identity, size, BLOCK));
    return this;
  }

  synchronized FakeCluster putWeak(String path) {
    weak.add(path);
    return put(path, 10);
  }

  synchronized void delete(String path) {
    bucket.remove(path);
  }

  synchronized Version current(String path) {
    Version version = bucket.get(path);
    if (version == null) {
      throw new AssertionError(path + " is not in the bucket");
    }
    return version;
  }

  synchronized List<String> paths() {
    return List.copyOf(bucket.keySet());
  }

  synchronized void evict(Version version, int block) {
    blocks(owner(version, block), version).clear(block);
  }

  /** Whether every block of the current version is with its present owner. */
  synchronized boolean isWhole(String path) {
    Version version = current(path);
    return resident(version).cardinality() == version.blockCount();
  }

  private BitSet blocks(String member, Version version) {
    return stored
        .computeIfAbsent(member, _ -> new HashMap<>())
        .computeIfAbsent(version, _ -> new BitSet());
  }

  private BitSet resident(Version version) {
    BitSet resident = new BitSet();
    for (int block = 0; block < version.blockCount(); block++) {
      resident.set(block, blocks(owner(version, block), version).get(block));
    }
    return resident;
  }

  @Override
  public ListPage list(String prefix, String startAfter, ReadScope scope) throws ReadException {
    faults.onList(prefix, startAfter);
    synchronized (this) {
      List<ListPage.Entry> entries = new ArrayList<>();
      for (var entry : bucket.tailMap(prefix, true).entrySet()) {
        if (!entry.getKey().startsWith(prefix)) {
          break;
        }
        if (entry.getKey().compareTo(startAfter) > 0) {
          entries.add(new ListPage.Entry(entry.getKey(), false, entry.getValue().size(), "", 0));
        }
      }
      boolean isMore = entries.size() > pageSize;
      List<ListPage.Entry> page =
          List.copyOf(entries.subList(0, Math.min(pageSize, entries.size())));
      return new ListPage(page, isMore ? page.getLast().name() : "");
    }
  }

  @Override
  public OpenObject open(String path, ReadScope scope) throws ReadException {
    faults.onOpen(path);
    synchronized (this) {
      Version version = bucket.get(path);
      if (version == null) {
        throw new ReadException(Kind.NOT_FOUND, path + " is not there");
      }
      Version named = weak.contains(path) ? null : version;
      return new OpenObject(MODELS, version.name(), named, version.size(), 0, "", "");
    }
  }

  @Override
  public synchronized String owner(Version version, int block) {
    return "node-" + Math.floorMod(version.placement().hash(block), members);
  }

  @Override
  public List<FillResult> fill(
      String member, Version version, List<Integer> blocks, ReadScope scope) throws ReadException {
    long bytes = blocks.stream().mapToLong(version::blockLength).sum();
    enter(blocks.size(), bytes);
    try {
      List<FillResult> results = new ArrayList<>();
      for (int block : blocks) {
        FillResult fault = faults.onFill(member, version, block);
        results.add(fault == null ? fillOne(member, version, block) : fault);
      }
      return results;
    } finally {
      enter(-blocks.size(), -bytes);
    }
  }

  private synchronized void enter(int blocks, long bytes) {
    blocksAsked += Math.max(blocks, 0);
    blocksInFlight += blocks;
    bytesInFlight += bytes;
    mostBlocksInFlight = Math.max(mostBlocksInFlight, blocksInFlight);
    mostBytesInFlight = Math.max(mostBytesInFlight, bytesInFlight);
  }

  private synchronized FillResult fillOne(String member, Version version, int block) {
    BitSet blocks = blocks(member, version);
    if (blocks.get(block)) {
      return new FillResult(block, Outcome.RESIDENT_BEFORE, "");
    }
    if (!Objects.equals(version, bucket.get(version.name().key()))) {
      return new FillResult(block, Outcome.CHANGED, "the bucket has another version");
    }
    blocks.set(block);
    return new FillResult(block, Outcome.FETCHED, "");
  }

  @Override
  public BitSet residency(Version version, ReadScope scope) throws ReadException {
    faults.onResidency(version);
    synchronized (this) {
      return resident(version);
    }
  }
}
