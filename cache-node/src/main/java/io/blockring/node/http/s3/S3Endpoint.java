package io.blockring.node.http.s3;

import io.blockring.client.Namespace;
import io.blockring.client.credentials.TlsIdentity;
import io.blockring.node.host.Nic;
import io.blockring.node.http.ServerTls;
import io.blockring.node.security.ApiKey;
import io.blockring.node.security.ApiKeys;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the mounts of a namespace as S3 buckets over HTTP/1.1. Event loops only move bytes; every
 * request is answered by a virtual thread of its own.
 *
 * <p>Bounds: connections and requests at once as {@link S3Settings.Limits} says (and so send
 * buffers); a request waits at most its queue timeout, without progress a read ends at its deadline
 * and a stalled reader's connection is reset at its own. The namespace is not closed here.
 */
public final class S3Endpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(S3Endpoint.class);
  private static final Duration LISTEN_DEADLINE = Duration.ofSeconds(30);
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);
  private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(5);

  /** Vert.x takes a negative port as: any, but the same for all that give this number. */
  private static final int ANY_SHARED_PORT = -1;

  private final S3Settings settings;
  private final @Nullable TlsIdentity tls;
  private final S3Settings.Limits limits;
  private final Nic nic;
  private final S3Service service;
  private final SigV4 signatures;
  private final S3Counters counters = new S3Counters();
  private final SendBuffers buffers;
  private final LinkCompressor compressor;
  private final Semaphore turns;
  private final Set<HttpReply> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicBoolean isClosing = new AtomicBoolean();
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final Vertx vertx;

  /** An endpoint that does not listen yet. Its event loops are its own: close it always. */
  public S3Endpoint(S3Settings settings, Namespace namespace) {
    this(settings, null, namespace, Nic.UNLIMITED);
  }

  /**
   * @param tls null for plain HTTP
   * @param nic what it may send
   */
  public S3Endpoint(S3Settings settings, @Nullable TlsIdentity tls, Namespace namespace, Nic nic) {
    this(settings, tls, namespace, nic, InstantSource.system());
  }

  /**
   * @param clock what signatures are dated by
   */
  S3Endpoint(
      S3Settings settings,
      @Nullable TlsIdentity tls,
      Namespace namespace,
      Nic nic,
      InstantSource clock) {
    this.nic = nic;
    this.tls = tls;
    this.vertx = Vertx.vertx(eventLoops(settings.limits().eventLoops()));
    this.settings = settings;
    this.limits = settings.limits();
    this.service = new S3Service(namespace, settings.region(), limits.requestDeadline());
    this.signatures = new SigV4(clock);
    this.buffers = new SendBuffers(limits.maxRequests() * BodySink.WINDOW);
    this.compressor = new LinkCompressor(limits.compressions());
    this.turns = new Semaphore(limits.maxRequests(), true);
  }

  public S3Counters counters() {
    return counters;
  }

  /** Send buffers that are allocated and not in use, each of 128 KiB. */
  public int idleSegments() {
    return buffers.idle();
  }

  /**
   * Begins to serve. Call it once.
   *
   * @param port 0 for any free one
   * @return the port
   * @throws IOException when the address is not ours, the port is taken, or serving there without
   *     credentials would not be safe
   */
  public int listen(String host, int port) throws IOException {
    InetAddress address = resolve(host);
    if (settings.keys().get().isEmpty() && !settings.isInsecure() && !address.isLoopbackAddress()) {
      throw new IOException(
          "the S3 endpoint does not listen on "
              + host
              + " without keys: set security.keysFile, listen on 127.0.0.1, or say --insecure");
    }
    int shared = port == 0 ? ANY_SHARED_PORT : port;
    Future<?> deployed =
        vertx.deployVerticle(
            () -> new Acceptor(address.getHostAddress(), shared),
            new DeploymentOptions().setInstances(limits.eventLoops()));
    try {
      await(deployed, LISTEN_DEADLINE);
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() != null ? e.getCause() : e;
      throw new IOException(
          "the S3 endpoint cannot listen on "
              + host
              + ":"
              + port
              + ": "
              + cause.getMessage()
              + " (is another node running here, or another process on that port?)",
          cause);
    }
    return servers.getFirst().actualPort();
  }

  /** Native transport where there is one; no files are served, so none are cached. */
  private static VertxOptions eventLoops(int count) {
    return new VertxOptions()
        .setEventLoopPoolSize(count)
        // Nothing here blocks but Vert.x itself, at its start.
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setPreferNativeTransport(true)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static InetAddress resolve(String host) throws IOException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("the S3 endpoint cannot listen on unknown host '" + host + "'", e);
    }
  }

  private static void await(Future<?> future, Duration deadline)
      throws IOException, ExecutionException, TimeoutException {
    try {
      future
          .toCompletionStage()
          .toCompletableFuture()
          .get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** One server per event loop; the first binds the socket for all. */
  private final class Acceptor extends VerticleBase {
    private final String host;
    private final int port;

    Acceptor(String host, int port) {
      this.host = host;
      this.port = port;
    }

    @Override
    public Future<?> start() {
      HttpServer server =
          vertx
              .createHttpServer(options())
              .connectionHandler(S3Endpoint.this::accept)
              .requestHandler(S3Endpoint.this::handle)
              .invalidRequestHandler(S3Endpoint.this::refuse)
              .exceptionHandler(e -> LOG.debug("connection failed before a request", e));
      servers.add(server);
      return server.listen(port, host);
    }
  }

  private HttpServerOptions options() {
    long idleSeconds = limits.requestDeadline().plus(limits.stallDeadline()).toSeconds() + 15;
    HttpServerOptions options = new HttpServerOptions();
    options.setIdleTimeout((int) idleSeconds).setIdleTimeoutUnit(TimeUnit.SECONDS);
    options.setSendBufferSize(limits.sendBufferBytes());
    options.setTcpNoDelay(true);
    ServerTls.apply(options, tls);
    return options
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(limits.maxHeaderBytes())
        .setMaxHeaderSize(limits.maxHeaderBytes());
  }

  private void accept(HttpConnection connection) {
    counters.connectionOpened();
    int connections = open.incrementAndGet();
    connection.closeHandler(
        _ -> {
          open.decrementAndGet();
          counters.connectionClosed();
        });
    if (isClosing.get()) {
      RawConnection.reset(connection);
    } else if (connections > limits.maxConnections()) {
      counters.add(S3Counters.Event.SHED_CONNECTION);
      LOG.debug("closed a connection: {} are open already", limits.maxConnections());
      RawConnection.reset(connection);
    }
  }

  private void handle(HttpServerRequest request) {
    new Exchange(request, buffers, counters, compressor, limits, nic).start(this::answer);
  }

  /** Vert.x closes the connection after the response, since it cannot know where a next begins. */
  private void refuse(HttpServerRequest request) {
    S3Exception refusal =
        RawConnection.isTooLong(request)
            ? new S3Exception(
                    S3Code.REQUEST_HEADER_SECTION_TOO_LARGE,
                    "Your request header and query parameters exceed the maximum allowed size of "
                        + limits.maxHeaderBytes()
                        + " bytes")
                .detail("MaxSizeAllowed", Integer.toString(limits.maxHeaderBytes()))
            : new S3Exception(S3Code.INVALID_REQUEST, "the request is not well-formed HTTP/1.1");
    new Exchange(request, buffers, counters, compressor, limits, nic)
        .start(
            (_, _, _, _) -> {
              throw refusal;
            });
  }

  private void answer(String method, String uri, Headers headers, HttpReply reply)
      throws S3Exception, IOException, InterruptedException {
    takeTurn();
    counters.requestStarted();
    underWay.add(reply);
    try {
      S3Request request = S3Request.parse(method, uri, headers, settings.domain());
      ApiKeys keys = settings.keys().get();
      ApiKey asker = keys.isEmpty() ? ApiKey.ANYONE : signatures.check(request, keys);
      service.answer(request, asker, reply);
    } finally {
      underWay.remove(reply);
      counters.requestEnded();
      turns.release();
    }
  }

  private void takeTurn() throws S3Exception, InterruptedException {
    counters.requestQueued();
    try {
      if (!turns.tryAcquire(limits.queueTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
        counters.add(S3Counters.Event.SHED_REQUEST);
        throw new S3Exception(S3Code.SLOW_DOWN, "Please reduce your request rate: " + whyBusy())
            .retryAfter(Duration.ofSeconds(1));
      }
    } finally {
      counters.requestUnqueued();
    }
  }

  private String whyBusy() {
    return isClosing.get()
        ? "this node is shutting down"
        : limits.maxRequests()
            + " requests are at work, none ended within "
            + limits.queueTimeout().toMillis()
            + " ms";
  }

  /** Drains for 5 s at most. */
  @Override
  public void close() {
    close(DEFAULT_DRAIN);
  }

  /**
   * Accepts nothing new, lets responses under way end until the deadline, resets the rest. A second
   * call does nothing.
   */
  public void close(Duration drain) {
    if (isClosing.getAndSet(true)) {
      return;
    }
    drain(drain);
    try {
      await(vertx.close(), CLOSE_DEADLINE);
    } catch (IOException | ExecutionException | TimeoutException e) {
      LOG.warn("the S3 endpoint's event loops did not end within {}", CLOSE_DEADLINE, e);
    }
  }

  /**
   * Whoever has all turns knows that no response is under way. Vert.x's own graceful shutdown would
   * not do: it closes a connection when its response's last bytes are queued, not when they are
   * sent, and so cuts them off for a reader that is not quick.
   */
  private void drain(Duration deadline) {
    try {
      if (!turns.tryAcquire(limits.maxRequests(), deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("{} S3 responses did not end within {}: reset", underWay.size(), deadline);
        underWay.forEach(HttpReply::reset);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
