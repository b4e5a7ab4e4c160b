package io.blockring.client.cluster;

import com.google.protobuf.ByteString;
import io.blockring.client.Namespace;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import io.blockring.wire.v1.BlockOffer;
import io.blockring.wire.v1.BlockReport;
import io.blockring.wire.v1.BookExchange;
import io.blockring.wire.v1.CancelWarmupRequest;
import io.blockring.wire.v1.ControlGrpc;
import io.blockring.wire.v1.DropVersionRequest;
import io.blockring.wire.v1.Figures;
import io.blockring.wire.v1.FiguresRequest;
import io.blockring.wire.v1.FillRequest;
import io.blockring.wire.v1.FillResult;
import io.blockring.wire.v1.KeepBlocksReply;
import io.blockring.wire.v1.KeepBlocksRequest;
import io.blockring.wire.v1.ListRequest;
import io.blockring.wire.v1.OpenReply;
import io.blockring.wire.v1.OpenRequest;
import io.blockring.wire.v1.ResidencyReply;
import io.blockring.wire.v1.ResidencyRequest;
import io.blockring.wire.v1.TopologyRequest;
import io.blockring.wire.v1.VersionOffer;
import io.blockring.wire.v1.Warmup;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Calls the control port of any node. Calls block (make them on virtual threads), each has a
 * deadline; connections are opened as needed and shared. Safe for many threads.
 */
public final class ControlClient implements AutoCloseable {
  /** A node signs every 200 ms, but its first call must not look like its death. */
  private static final Duration FIRST_SILENCE = Duration.ofSeconds(3);

  private static final Duration SILENCE = Duration.ofMillis(1_500);

  private final ControlChannels channels;
  private final Duration firstSilence;
  private final Duration silence;

  /** Nodes that have answered an open. */
  private final Set<ControlAddress> known = ConcurrentHashMap.newKeySet();

  /** For ports that ask for nothing. */
  public ControlClient() {
    this(PeerCredentials.none());
  }

  /** For ports that ask who calls. */
  public ControlClient(PeerCredentials credentials) {
    this(credentials, SILENCE);
  }

  /**
   * @param silence how long a node that was asked to open may show no sign of life; at least 3 s
   *     when it has never answered
   */
  public ControlClient(PeerCredentials credentials, Duration silence) {
    this(credentials, silence.compareTo(FIRST_SILENCE) > 0 ? silence : FIRST_SILENCE, silence);
  }

  /**
   * @param firstSilence of a node that has never answered
   */
  public ControlClient(PeerCredentials credentials, Duration firstSilence, Duration silence) {
    this.channels = new ControlChannels(credentials);
    this.firstSilence = firstSilence;
    this.silence = silence;
  }

  /** Who is in the cluster, where they listen, which mounts there are. */
  public Topology topology(ControlAddress node, Duration deadline) throws ControlException {
    return call(
        node,
        deadline,
        stub -> ControlWire.topology(stub.getTopology(TopologyRequest.getDefaultInstance())));
  }

  /**
   * As {@link #open(ControlAddress, MountId, String, Namespace.Intent, boolean, long, ReadScope)}.
   */
  public Resolved open(
      ControlAddress node,
      MountId mount,
      String key,
      Namespace.Intent intent,
      boolean isFresh,
      ReadScope scope)
      throws ControlException, OriginException {
    return open(node, mount, key, intent, isFresh, 0, scope);
  }

  /**
   * Asks which version of a key is current; to be sent to the key's resolver.
   *
   * @param isFresh whether the bucket is asked whatever the freshness says
   * @param heldStamp of the manifest that the caller has of this key, which then is not sent again;
   *     0 for none
   * @throws OriginException what the bucket said to the resolver, NOT_FOUND included
   */
  public Resolved open(
      ControlAddress node,
      MountId mount,
      String key,
      Namespace.Intent intent,
      boolean isFresh,
      long heldStamp,
      ReadScope scope)
      throws ControlException, OriginException {
    OpenRequest request =
        OpenRequest.newBuilder()
            .setMountId(mount.toString())
            .setKey(key)
            .setIntent(
                switch (intent) {
                  case READ -> OpenRequest.Intent.READ;
                  case STAT -> OpenRequest.Intent.STAT;
                })
            .setFresh(isFresh)
            .setManifestStamp(heldStamp)
            .setTraceId(scope.traceId())
            .setDeadlineMillis((int) scope.remainingMillis())
            .setTrafficClass(scope.trafficClass().label())
            .build();
    OpenReply reply =
        call(
            node,
            remaining(scope),
            stub ->
                PatientOpen.ask(
                    ControlGrpc.newStub(stub.getChannel())
                        .withDeadline(stub.getCallOptions().getDeadline()),
                    request,
                    known.contains(node) ? silence : firstSilence));
    known.add(node);
    return ControlWire.resolved(key, reply);
  }

  /**
   * One page of a mount's names, see {@link io.blockring.client.origin.Origin#list}.
   *
   * @throws OriginException what the bucket said to the node
   */
  public ListPage list(
      ControlAddress node,
      MountId mount,
      String prefix,
      String delimiter,
      String startAfter,
      int maxKeys,
      ReadScope scope)
      throws ControlException, OriginException {
    ListRequest request =
        ListRequest.newBuilder()
            .setMountId(mount.toString())
            .setPrefix(prefix)
            .setDelimiter(delimiter)
            .setStartAfter(startAfter)
            .setMaxKeys(maxKeys)
            .setDeadlineMillis((int) scope.remainingMillis())
            .build();
    return ControlWire.page(call(node, remaining(scope), stub -> stub.list(request)));
  }

  /** The blocks of a version that this node holds. */
  public RoaringBitmap residency(ControlAddress node, Version version, Duration deadline)
      throws ControlException {
    ResidencyRequest request =
        ResidencyRequest.newBuilder().setVersion(ControlWire.wire(version)).build();
    ResidencyReply reply = call(node, deadline, stub -> stub.getResidency(request));
    try {
      return ControlWire.blocks(reply.getBlocks());
    } catch (IllegalArgumentException e) {
      throw new ControlException(
          ControlException.Kind.REFUSED, "node " + node + " sent a residency that is no bitmap", e);
    }
  }

  /**
   * Brings blocks in on this node without sending them.
   *
   * @param onBlock called once for each block, in the order they end, on the calling thread
   */
  public void fill(
      ControlAddress node,
      Version version,
      List<Integer> blocks,
      ReadScope scope,
      Consumer<FilledBlock> onBlock)
      throws ControlException {
    FillRequest request =
        FillRequest.newBuilder()
            .setVersion(ControlWire.wire(version))
            .addAllBlocks(blocks)
            .setTrafficClass(scope.trafficClass().label())
            .setTraceId(scope.traceId())
            .build();
    call(
        node,
        remaining(scope),
        stub -> {
          Iterator<FillResult> results = stub.fill(request);
          while (results.hasNext()) {
            onBlock.accept(ControlWire.filled(results.next()));
          }
          return results;
        });
  }

  /**
   * Tells a resolver the checksums of blocks that this member filled; for nodes.
   *
   * @return those of the mounts whose buckets have no CRC64NVME, so that none need be computed
   */
  public Set<MountId> report(
      ControlAddress node, String fromMember, List<BlockChecksums> filled, Duration deadline)
      throws ControlException {
    BlockReport report = ReportWire.wire(fromMember, filled);
    return call(node, deadline, stub -> ReportWire.withoutCrc64Nvme(stub.reportBlocks(report)));
  }

  /**
   * Takes a version's blocks out of a node; for resolvers.
   *
   * @return how many it had
   */
  public int dropVersion(ControlAddress node, Version version, Duration deadline)
      throws ControlException {
    DropVersionRequest request =
        DropVersionRequest.newBuilder().setVersion(ControlWire.wire(version)).build();
    return call(node, deadline, stub -> stub.dropVersion(request)).getDropped();
  }

  /**
   * Offers blocks to the member that shall have them; for nodes.
   *
   * @param fromMember who holds them
   * @return as many outcomes as blocks
   */
  public OfferAnswer offer(
      ControlAddress node, String fromMember, List<OfferedBlock> blocks, Duration deadline)
      throws ControlException {
    BlockOffer offer = OfferWire.wire(fromMember, blocks);
    OfferAnswer answer = OfferWire.answer(call(node, deadline, stub -> stub.offerBlocks(offer)));
    if (answer.outcomes().size() != blocks.size()) {
      String what =
          "node %s answered %d of %d offered blocks"
              .formatted(node, answer.outcomes().size(), blocks.size());
      throw new ControlException(
          ControlException.Kind.REFUSED, what, new IllegalArgumentException(what));
    }
    return answer;
  }

  /**
   * Tells whoever resolves keys now which versions they had; for nodes.
   *
   * @param versions as nodes keep them over restarts
   */
  public void offerVersions(
      ControlAddress node, String fromMember, byte[] versions, Duration deadline)
      throws ControlException {
    VersionOffer offer =
        VersionOffer.newBuilder()
            .setFromMember(fromMember)
            .setVersions(ByteString.copyFrom(versions))
            .build();
    call(node, deadline, stub -> stub.offerVersions(offer));
  }

  /** Carries a message about the book; for nodes. */
  public BookExchange exchange(ControlAddress node, BookExchange message, Duration deadline)
      throws ControlException {
    return call(node, deadline, stub -> stub.exchangeBook(message));
  }

  /** What a node counted and does; for nodes. */
  public Figures figures(ControlAddress node, FiguresRequest request, Duration deadline)
      throws ControlException {
    return call(node, deadline, stub -> stub.getFigures(request));
  }

  /** Stops a warm-up that runs on this node and says how far it came; for nodes. */
  public Warmup cancelWarmup(ControlAddress node, String id, Duration deadline)
      throws ControlException {
    CancelWarmupRequest request = CancelWarmupRequest.newBuilder().setId(id).build();
    return call(node, deadline, stub -> stub.cancelWarmup(request));
  }

  /** Pins, unpins or evicts blocks of a version that this node holds. */
  public KeepBlocksReply keepBlocks(
      ControlAddress node,
      Version version,
      RoaringBitmap blocks,
      KeepBlocksRequest.Action action,
      Duration deadline)
      throws ControlException {
    KeepBlocksRequest request =
        KeepBlocksRequest.newBuilder()
            .setVersion(ControlWire.wire(version))
            .setBlocks(ControlWire.wire(blocks))
            .setAction(action)
            .build();
    return call(node, deadline, stub -> stub.keepBlocks(request));
  }

  /** Lets every pin of this node go. */
  public KeepBlocksReply unpinAll(ControlAddress node, Duration deadline) throws ControlException {
    KeepBlocksRequest request =
        KeepBlocksRequest.newBuilder().setAction(KeepBlocksRequest.Action.UNPIN_ALL).build();
    return call(node, deadline, stub -> stub.keepBlocks(request));
  }

  @FunctionalInterface
  private interface Call<T> {
    T on(ControlGrpc.ControlBlockingStub stub);
  }

  private <T> T call(ControlAddress node, Duration deadline, Call<T> call) throws ControlException {
    try {
      return call.on(
          ControlGrpc.newBlockingStub(channels.to(node))
              .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS));
    } catch (StatusRuntimeException e) {
      throw new ControlException(
          kind(e),
          "control port of " + node + " within " + deadline.toMillis() + " ms: " + e.getMessage(),
          e);
    }
  }

  private static ControlException.Kind kind(StatusRuntimeException e) {
    return switch (e.getStatus().getCode()) {
      case RESOURCE_EXHAUSTED -> ControlException.Kind.BUSY;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, UNIMPLEMENTED, PERMISSION_DENIED, NOT_FOUND ->
          ControlException.Kind.REFUSED;
      case UNAVAILABLE -> ControlException.Kind.SILENT;
      case CANCELLED, DEADLINE_EXCEEDED -> ControlException.Kind.GIVEN_UP;
      default -> ControlException.Kind.UNAVAILABLE;
    };
  }

  private static Duration remaining(ReadScope scope) {
    return Duration.ofMillis(scope.remainingMillis());
  }

  /** Closes all connections; calls in flight fail. */
  @Override
  public void close() {
    channels.close();
  }
}
