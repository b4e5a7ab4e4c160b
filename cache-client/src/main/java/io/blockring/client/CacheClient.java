package io.blockring.client;

import io.blockring.client.cluster.ClusterWatch;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.cluster.ControlException;
import io.blockring.client.cluster.Topology;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.Climb;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.ladder.Rung;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.memory.MemoryRung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.object.ManyObjects;
import io.blockring.client.object.ManyOpens;
import io.blockring.client.object.ObjectReads;
import io.blockring.client.object.Opens;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Blockring cluster from a Java process: the same ladder, checks and deadlines that nodes
 * use among themselves. Looks in local memory, then asks a block's owner, then the next in line;
 * never the bucket.
 *
 * <pre>{@code
 * try (CacheClient cache = CacheClient.connect(CacheClientSettings.of(new ControlAddress("gpu-01", 7072)))) {
 *   OpenObject weights = cache.open("/models/sd/unet.safetensors", ReadScope.forReader(10_000));
 *   ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
 *   cache.read(weights, 0, buffer, ReadScope.forReader(10_000));
 * }
 * }</pre>
 *
 * <p>Safe for many threads. Calls block; from virtual threads they cost little.
 */
public final class CacheClient implements Namespace, AutoCloseable {
  private final ControlClient control;
  private final ClusterWatch cluster;
  private final PeerClient peers;
  private final MemoryRung memory;
  private final ObjectReads reads;
  private final Opens opens;
  private final ManyObjects many;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

  private CacheClient(CacheClientSettings settings) throws ControlException {
    this.control = new ControlClient(settings.credentials());
    try {
      this.cluster = new ClusterWatch(control, settings.nodes(), settings.zone());
    } catch (ControlException e) {
      control.close();
      throw e;
    }
    this.peers =
        new PeerClient(
            settings.peers(), settings.credentials(), (peer, fingerprint) -> cluster.isOutdated());
    this.memory = new MemoryRung(settings.memoryBytes(), settings.segmentBytes());
    int largestBlock =
        mounts().stream().mapToInt(Mount::blockBytes).max().orElse(Blocks.DEFAULT_BLOCK_BYTES);
    this.reads =
        new ObjectReads(
            (range, sink, scope) -> memory.read(this::climb, range, sink, scope),
            new ByteBudget(Math.max(settings.bytesInFlight(), 4L * largestBlock), largestBlock),
            2,
            settings.parallelBlocks());
    this.opens = new Opens(cluster, control, null, peers.manifests(), peers.health());
    this.many =
        new ManyObjects(
            cluster,
            peers,
            settings.memoryBytes() > 0 ? memory : null,
            reads,
            settings.parallelBlocks());
  }

  /**
   * Learns the cluster from one of the nodes named in the settings.
   *
   * @throws IOException when none of them answers; the message names them
   */
  public static CacheClient connect(CacheClientSettings settings) throws IOException {
    return new CacheClient(settings);
  }

  /**
   * Opens {@code /mount/key}.
   *
   * @throws ReadException of kind NOT_FOUND when the mount or the key does not exist
   */
  public OpenObject open(String path, ReadScope scope) throws ReadException {
    int slash = path.indexOf('/', 1);
    if (!path.startsWith("/") || slash < 0) {
      throw new IllegalArgumentException("not /mount/key: '" + path + "'");
    }
    Mount mount = mount(path.substring(1, slash));
    if (mount == null) {
      throw new ReadException(
          ReadException.Kind.NOT_FOUND,
          "no mount '"
              + path.substring(1, slash)
              + "'; there are "
              + mounts().stream().map(Mount::name).toList());
    }
    return open(mount, path.substring(slash + 1), Intent.READ, scope);
  }

  /**
   * Opens many {@code /mount/key} side by side. One that cannot be opened does not disturb the
   * others. Each costs its resolver a call: keep what is open for as long as its version will do.
   *
   * @param scope of all of it together
   * @return what became of each, in the same order
   */
  public List<Outcome<OpenObject>> openAll(List<String> paths, ReadScope scope) {
    return ManyOpens.open(paths, scope.traceId(), path -> open(path, scope));
  }

  /**
   * Fills the rest of a buffer with bytes from {@code position} on, or fewer at the object's end.
   * Blocks are fetched side by side, each verified and straight into its place; a direct buffer
   * saves a copy.
   *
   * @return how many bytes; 0 at the end of the object
   */
  public int read(OpenObject object, long position, ByteBuffer target, ReadScope scope)
      throws ReadException {
    if (position < 0) {
      throw new IllegalArgumentException("position " + position + " is negative");
    }
    int count = (int) Math.min(target.remaining(), Math.max(0, object.size() - position));
    if (count > 0) {
      ByteBuffer part = target.slice(target.position(), count);
      reads.bulk(version(object), position, part, scope);
      target.position(target.position() + count);
    }
    return count;
  }

  /** {@link #read} on a virtual thread. The buffer belongs to the read until the future is done. */
  public CompletableFuture<Integer> readAsync(
      OpenObject object, long position, ByteBuffer target, ReadScope scope) {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    background.execute(
        () -> {
          try {
            done.complete(read(object, position, target, scope));
          } catch (ReadException | RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /**
   * Reads many objects whole, small ones (up to 64 KiB) in batches: one request to each owner for
   * hundreds of them, where {@link #read} takes one each. All bytes are in memory at the end, so
   * ask for as many at a time as may be there. One that cannot be read does not disturb the others.
   *
   * @param scope of all of it together
   * @return their bytes, in the same order; the buffers are the caller's
   */
  public List<Outcome<ByteBuffer>> readAll(List<OpenObject> objects, ReadScope scope) {
    List<Version> versions =
        objects.stream().map(OpenObject::version).filter(Objects::nonNull).toList();
    Iterator<Outcome<ByteBuffer>> read = many.read(versions, scope).iterator();
    List<Outcome<ByteBuffer>> outcomes = new ArrayList<>(objects.size());
    for (OpenObject object : objects) {
      outcomes.add(
          object.version() != null ? read.next() : new Outcome.Refused<>(uncacheable(object)));
    }
    return outcomes;
  }

  @Override
  public List<Mount> mounts() {
    return cluster.topology().mounts().stream()
        .map(Topology.Mount::mount)
        .sorted(Comparator.comparing(Mount::name))
        .toList();
  }

  @Override
  public @Nullable Mount mount(String name) {
    return mounts().stream().filter(mount -> mount.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public OpenObject open(Mount mount, String key, Intent intent, ReadScope scope)
      throws ReadException {
    return opens.open(mount, key, intent, false, scope);
  }

  @Override
  public Rung read(OpenObject object, long offset, long length, ByteSink sink, ReadScope scope)
      throws ReadException, IOException {
    return reads.stream(version(object), offset, length, sink, scope);
  }

  @Override
  public ListPage list(
      Mount mount, String prefix, String delimiter, String startAfter, int maxKeys, ReadScope scope)
      throws ReadException {
    long hash = new ObjectName(mount.id(), "list " + prefix).placement().hash(0);
    ControlException last = null;
    for (Routes.Member member : cluster.candidates(hash)) {
      try {
        return control.list(
            new ControlAddress(member.host(), member.controlPort()),
            mount.id(),
            prefix,
            delimiter,
            startAfter,
            maxKeys,
            scope);
      } catch (ControlException e) {
        last = e;
      } catch (OriginException e) {
        throw Opens.refusal(mount, prefix, e);
      }
    }
    throw new ReadException(
        ReadException.Kind.UNAVAILABLE,
        "no node could list /"
            + mount.name()
            + "/"
            + prefix
            + (last == null ? "" : ": " + last.getMessage()),
        Duration.ZERO,
        last);
  }

  /** The cluster as this client sees it. */
  public Topology topology() {
    return cluster.topology();
  }

  @Override
  public void close() {
    background.shutdownNow();
    cluster.close();
    peers.close();
    control.close();
  }

  private Answer climb(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
    Climb climb = new Climb(range, sink, scope);
    int replicas = cluster.replicasOf(range.version().name().mount());
    int equals = Math.max(replicas, 1 + peers.spreadOf(range));
    BlockWire.Asker asker = equals > replicas ? BlockWire.Asker.SPREAD : BlockWire.Asker.READER;
    List<Routes.Member> line =
        peers.inOrder(cluster.candidates(range.placementHash(), replicas), equals, range);
    List<PeerAddress> addresses = line.stream().map(PeerClient::addressOf).toList();
    for (int i = 0; i < line.size(); i++) {
      PeerClient.Question question =
          new PeerClient.Question(
              addresses.get(i),
              BlockWire.Kind.READ,
              addresses.subList(i + 1, line.size()),
              cluster.fingerprint(),
              asker);
      if (climb.settles(line.get(i).id(), peers.source(question))) {
        break;
      }
    }
    return climb.answer();
  }

  private static Version version(OpenObject object) throws ReadException {
    Version version = object.version();
    if (version == null) {
      throw uncacheable(object);
    }
    return version;
  }

  private static ReadException uncacheable(OpenObject object) {
    return new ReadException(
        ReadException.Kind.UNAVAILABLE,
        object.name()
            + " has no strong identity, so it cannot be cached: read it at the S3 endpoint or the bucket");
  }
}
