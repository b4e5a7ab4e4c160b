package io.blockring.node.control;

import io.blockring.client.Namespace;
import io.blockring.client.cluster.ControlWire;
import io.blockring.client.cluster.OfferWire;
import io.blockring.client.cluster.ReportWire;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.MountId;
import io.blockring.client.origin.OriginException;
import io.blockring.node.membership.Cluster;
import io.blockring.node.store.KeepAction;
import io.blockring.node.store.KeepCounts;
import io.blockring.wire.v1.BlockOffer;
import io.blockring.wire.v1.BlockOfferReply;
import io.blockring.wire.v1.BlockReport;
import io.blockring.wire.v1.BlockReportReply;
import io.blockring.wire.v1.BookExchange;
import io.blockring.wire.v1.CancelWarmupRequest;
import io.blockring.wire.v1.ControlGrpc;
import io.blockring.wire.v1.DropVersionReply;
import io.blockring.wire.v1.DropVersionRequest;
import io.blockring.wire.v1.Figures;
import io.blockring.wire.v1.FiguresRequest;
import io.blockring.wire.v1.FillRequest;
import io.blockring.wire.v1.FillResult;
import io.blockring.wire.v1.KeepBlocksReply;
import io.blockring.wire.v1.KeepBlocksRequest;
import io.blockring.wire.v1.ListReply;
import io.blockring.wire.v1.ListRequest;
import io.blockring.wire.v1.NotFound;
import io.blockring.wire.v1.OpenReply;
import io.blockring.wire.v1.OpenRequest;
import io.blockring.wire.v1.ResidencyReply;
import io.blockring.wire.v1.ResidencyRequest;
import io.blockring.wire.v1.Topology;
import io.blockring.wire.v1.TopologyRequest;
import io.blockring.wire.v1.VersionOffer;
import io.blockring.wire.v1.VersionOfferReply;
import io.blockring.wire.v1.Warmup;
import io.blockring.wire.v1.Working;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of the control port. */
public final class ControlCalls extends ControlGrpc.ControlImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(ControlCalls.class);
  private static final int SIGN_MILLIS = 200;
  private static final int MAX_KEYS = 10_000;
  private static final int MAX_KEY_BYTES = 4096;

  private final TopologyAnswer topology;
  private final Cluster cluster;
  private final ControlService service;
  private final FiguresService figures;
  private final Duration longestCall;

  /**
   * @param longestCall for callers that name no deadline
   */
  public ControlCalls(
      String clusterName,
      Cluster cluster,
      ControlService service,
      FiguresService figures,
      Duration longestCall) {
    this.topology = new TopologyAnswer(clusterName, cluster, service::mounts);
    this.cluster = cluster;
    this.service = service;
    this.figures = figures;
    this.longestCall = longestCall;
  }

  @Override
  public void getTopology(TopologyRequest request, StreamObserver<Topology> reply) {
    answer(reply, topology::message);
  }

  @Override
  public void exchangeBook(BookExchange request, StreamObserver<BookExchange> reply) {
    answer(reply, () -> cluster.answer(request));
  }

  @Override
  public void open(OpenRequest request, StreamObserver<OpenReply> reply) {
    FutureTask<OpenReply> answer = new FutureTask<>(() -> open(request));
    Thread.ofVirtual().name("open-" + request.getTraceId()).start(answer);
    answer(reply, () -> awaitSigning(answer, reply));
  }

  /** Waits for the answer and says meanwhile that this node is well. */
  private static OpenReply awaitSigning(
      FutureTask<OpenReply> answer, StreamObserver<OpenReply> reply) {
    while (true) {
      try {
        return answer.get(SIGN_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        reply.onNext(OpenReply.newBuilder().setWorking(Working.getDefaultInstance()).build());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException broken
            ? broken
            : new IllegalStateException(e.getCause());
      }
    }
  }

  private OpenReply open(OpenRequest request) {
    Namespace.Mount mount = mount(request.getMountId());
    String key = key(request.getKey());
    Namespace.Intent intent =
        switch (request.getIntent()) {
          case STAT -> Namespace.Intent.STAT;
          case READ, UNRECOGNIZED -> Namespace.Intent.READ;
        };
    ReadScope scope =
        scope(request.getTraceId(), request.getTrafficClass(), request.getDeadlineMillis());
    try {
      return ControlWire.wire(
          mount.id(),
          key,
          mount.blockBytes(),
          service.open(mount, key, intent, request.getFresh(), scope),
          request.getManifestStamp());
    } catch (OriginException e) {
      return e.kind() == OriginException.Kind.NOT_FOUND
          ? OpenReply.newBuilder().setNotFound(NotFound.getDefaultInstance()).build()
          : OpenReply.newBuilder().setTrouble(ControlWire.wire(e)).build();
    }
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListReply> reply) {
    answer(reply, () -> list(request));
  }

  private ListReply list(ListRequest request) {
    int maxKeys = request.getMaxKeys();
    if (maxKeys < 1 || maxKeys > MAX_KEYS) {
      throw new IllegalArgumentException("max_keys " + maxKeys + " is not 1 to " + MAX_KEYS);
    }
    try {
      return ControlWire.wire(
          service.list(
              mount(request.getMountId()),
              request.getPrefix(),
              request.getDelimiter(),
              request.getStartAfter(),
              maxKeys,
              scope("", TrafficClass.READ.label(), request.getDeadlineMillis())));
    } catch (OriginException e) {
      return ListReply.newBuilder().setTrouble(ControlWire.wire(e)).build();
    }
  }

  @Override
  public void getResidency(ResidencyRequest request, StreamObserver<ResidencyReply> reply) {
    answer(
        reply,
        () -> {
          RoaringBitmap blocks = service.residency(ControlWire.version(request.getVersion()));
          return ResidencyReply.newBuilder().setBlocks(ControlWire.wire(blocks)).build();
        });
  }

  @Override
  public void keepBlocks(KeepBlocksRequest request, StreamObserver<KeepBlocksReply> reply) {
    answer(
        reply,
        () -> {
          KeepCounts counts =
              request.getAction() == KeepBlocksRequest.Action.UNPIN_ALL
                  ? service.unpinAll()
                  : service.keep(
                      ControlWire.version(request.getVersion()),
                      ControlWire.blocks(request.getBlocks()),
                      action(request));
          return KeepBlocksReply.newBuilder()
              .setDone(counts.done())
              .setDoneBytes(counts.doneBytes())
              .setAbsent(counts.absent())
              .setRefused(counts.refused())
              .setReason(counts.reason())
              .build();
        });
  }

  private static KeepAction action(KeepBlocksRequest request) {
    return switch (request.getAction()) {
      case PIN -> KeepAction.PIN;
      case UNPIN -> KeepAction.UNPIN;
      case EVICT -> KeepAction.EVICT;
      case NONE, UNPIN_ALL, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "action " + request.getActionValue() + " is none of PIN, UNPIN, EVICT");
    };
  }

  @Override
  public void fill(FillRequest request, StreamObserver<FillResult> reply) {
    try {
      service.fill(
          ControlWire.version(request.getVersion()),
          request.getBlocksList(),
          scope(request.getTraceId(), request.getTrafficClass(), 0),
          block -> {
            // The stream takes one call at a time, and fills may end on several threads.
            synchronized (reply) {
              reply.onNext(ControlWire.wire(block));
            }
          });
      reply.onCompleted();
    } catch (RuntimeException e) {
      reply.onError(status(e));
    }
  }

  @Override
  public void offerBlocks(BlockOffer request, StreamObserver<BlockOfferReply> reply) {
    answer(
        reply,
        () -> OfferWire.reply(service.take(request.getFromMember(), OfferWire.blocks(request))));
  }

  @Override
  public void offerVersions(VersionOffer request, StreamObserver<VersionOfferReply> reply) {
    answer(
        reply,
        () -> {
          service.learn(request.getVersions().toByteArray());
          return VersionOfferReply.getDefaultInstance();
        });
  }

  @Override
  public void reportBlocks(BlockReport request, StreamObserver<BlockReportReply> reply) {
    answer(
        reply,
        () ->
            ReportWire.reply(service.report(request.getFromMember(), ReportWire.filled(request))));
  }

  @Override
  public void dropVersion(DropVersionRequest request, StreamObserver<DropVersionReply> reply) {
    answer(
        reply,
        () ->
            DropVersionReply.newBuilder()
                .setDropped(service.drop(ControlWire.version(request.getVersion())))
                .build());
  }

  @Override
  public void getFigures(FiguresRequest request, StreamObserver<Figures> reply) {
    // Not negative and bounded by what is kept, whatever was sent.
    long millis = Integer.toUnsignedLong(request.getWindowMillis());
    answer(reply, () -> figures.figures(Duration.ofMillis(millis)));
  }

  @Override
  public void cancelWarmup(CancelWarmupRequest request, StreamObserver<Warmup> reply) {
    answer(reply, () -> figures.cancelWarmup(request.getId()));
  }

  private static <T> void answer(StreamObserver<T> reply, Supplier<T> call) {
    T answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      reply.onError(status(e));
      return;
    }
    reply.onNext(answer);
    reply.onCompleted();
  }

  private static StatusRuntimeException status(RuntimeException e) {
    if (e instanceof StatusRuntimeException status) {
      return status;
    }
    if (e instanceof IllegalArgumentException || e instanceof IndexOutOfBoundsException) {
      return Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
    }
    LOG.error("a control call failed", e);
    return Status.INTERNAL.withDescription("see this node's log: " + e).asRuntimeException();
  }

  private Namespace.Mount mount(String hexId) {
    MountId id = MountId.parse(hexId);
    return service.mounts().stream()
        .filter(mount -> mount.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "this node has no mount with id " + id + ": its settings differ"));
  }

  private static String key(String key) {
    if (key.isEmpty() || key.length() > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key has 1 to " + MAX_KEY_BYTES + " characters, not " + key.length());
    }
    return key;
  }

  private ReadScope scope(String traceId, String trafficClass, int deadlineMillis) {
    long millis = deadlineMillis > 0 ? deadlineMillis : longestCall.toMillis();
    Deadline callers = Context.current().getDeadline();
    if (callers != null) {
      millis = Math.min(millis, callers.timeRemaining(TimeUnit.MILLISECONDS));
    }
    boolean isTraced = traceId.matches("[A-Za-z0-9._-]{1,64}");
    return new ReadScope(
        isTraced ? traceId : ReadScope.newTraceId(),
        trafficClass.isEmpty() ? TrafficClass.READ : TrafficClass.of(trafficClass),
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, millis)));
  }
}
