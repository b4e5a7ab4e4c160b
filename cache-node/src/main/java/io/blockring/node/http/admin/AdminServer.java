package io.blockring.node.http.admin;

import io.blockring.client.Namespace;
import io.blockring.client.credentials.TlsIdentity;
import io.blockring.node.http.ServerTls;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the admin API on one address. Event loops only move bytes; every request runs on a virtual
 * thread of its own, within the limits of {@link AdminLimits}. Safe for many threads.
 */
public final class AdminServer implements AutoCloseable {
  private static final long START_SECONDS = 10;
  private static final long STOP_SECONDS = 5;

  /**
   * One kind of request.
   *
   * @param lane its name in metrics
   * @param underWay now
   * @param limit one more is refused
   * @param shed refused since the start
   */
  public record LaneStatistics(String lane, int underWay, int limit, long shed) {}

  private final Vertx vertx;
  private final @Nullable TlsIdentity tls;
  private final AdminAccess access;
  private final String host;
  private final int port;
  private final Map<Lane.Name, Lane> lanes = new EnumMap<>(Lane.Name.class);
  private final List<Route> routes;
  private final LiveFeed live;
  private final ConsolePages console = new ConsolePages();
  private final Namespace namespace;
  private final AtomicInteger connections = new AtomicInteger();

  /**
   * @param host address to listen on
   * @param port 0 for any free one
   * @param metrics the text of {@code /metrics}, in Prometheus' format
   */
  public AdminServer(
      String host, int port, Operations operations, Namespace namespace, Supplier<String> metrics) {
    this(host, port, null, AdminAccess.ofAnyone(), operations, namespace, metrics);
  }

  /**
   * @param tls null for plain HTTP
   * @param access who may ask what
   */
  public AdminServer(
      String host,
      int port,
      @Nullable TlsIdentity tls,
      AdminAccess access,
      Operations operations,
      Namespace namespace,
      Supplier<String> metrics) {
    this.tls = tls;
    this.access = access;
    this.vertx = Vertx.vertx(oneEventLoop());
    this.host = host;
    this.port = port;
    this.namespace = namespace;
    this.live = new LiveFeed(operations);
    this.routes = new AdminApi(operations, namespace, live, metrics).routes();
    for (Lane.Name name : Lane.Name.values()) {
      lanes.put(name, new Lane(name));
    }
  }

  /**
   * Begins to listen.
   *
   * @return the port
   * @throws IOException when the address cannot be listened on; names it and why
   */
  public int start() throws IOException {
    HttpServer starting = vertx.createHttpServer(options());
    starting.connectionHandler(this::admit);
    starting.requestHandler(
        request -> new Exchange(vertx, request, namespace, console).begin(access, routes, lanes));
    try {
      starting.listen().await(START_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException(
          "admin port " + port + " on " + host + " cannot be opened: " + e.getMessage(), e);
    }
    return starting.actualPort();
  }

  /** For metrics. */
  public List<LaneStatistics> statistics() {
    return Arrays.stream(Lane.Name.values()).map(name -> lane(name).statistics()).toList();
  }

  /** Stops listening and breaks what is under way. Closing twice is harmless. */
  @Override
  public void close() {
    live.close();
    try {
      vertx.close().await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "admin port " + port + " did not close within " + STOP_SECONDS + " s", e);
    }
  }

  /** People and tools are few: one loop moves their bytes, and no files are served. */
  private static VertxOptions oneEventLoop() {
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        // Nothing here blocks but Vert.x itself, at its start.
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private HttpServerOptions options() {
    HttpServerOptions options = new HttpServerOptions();
    ServerTls.apply(options, tls);
    return options
        .setHost(host)
        .setPort(port)
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(AdminLimits.MAX_HEADER_BYTES)
        .setMaxHeaderSize(AdminLimits.MAX_HEADER_BYTES)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        // A request may be silent until its deadline, so a connection may be a little longer.
        .setIdleTimeout((int) AdminLimits.MAX_DEADLINE.plusSeconds(10).toSeconds());
  }

  private void admit(HttpConnection connection) {
    connection.closeHandler(closed -> connections.decrementAndGet());
    if (connections.incrementAndGet() > AdminLimits.MAX_CONNECTIONS) {
      connection.close();
    }
  }

  private Lane lane(Lane.Name name) {
    return Objects.requireNonNull(lanes.get(name));
  }
}
