package io.blockring.demo;

import io.blockring.demo.OriginRequest.Operation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Stands before a bucket, counts every request and every body byte, and breaks those that a script
 * names. Passes messages on unchanged, so signatures stay valid. Loopback only. Safe for many
 * threads.
 */
public final class CountingProxy implements AutoCloseable {
  private static final int BACKLOG = 256;
  private static final int CONNECTIONS = 1024;

  private final InetSocketAddress bucket;
  private final ServerSocket server;
  private final Semaphore connections = new Semaphore(CONNECTIONS);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<Operation, LongAdder> requests = new EnumMap<>(Operation.class);
  private final Map<Operation, LongAdder> bodyBytes = new EnumMap<>(Operation.class);
  private volatile Function<OriginRequest, OriginFault> faults = _ -> OriginFault.NONE;

  private CountingProxy(InetSocketAddress bucket, ServerSocket server) {
    this.bucket = bucket;
    this.server = server;
    for (Operation operation : Operation.values()) {
      requests.put(operation, new LongAdder());
      bodyBytes.put(operation, new LongAdder());
    }
  }

  /** Listens on a free port of loopback for requests to this bucket. */
  public static CountingProxy start(InetSocketAddress bucket) throws IOException {
    ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    CountingProxy proxy = new CountingProxy(bucket, server);
    Thread.ofVirtual().name("bucket-proxy-accept").start(proxy::accept);
    return proxy;
  }

  /** What readers are given instead of the bucket's own endpoint. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Everything since the start. */
  public OriginTraffic traffic() {
    return new OriginTraffic(sums(requests), sums(bodyBytes));
  }

  /** Asks the script for the fault of each request from now on. Called on many threads. */
  public void breakWith(Function<OriginRequest, OriginFault> script) {
    faults = script;
  }

  /** Nothing breaks any more. What hangs goes on hanging. */
  public void heal() {
    faults = _ -> OriginFault.NONE;
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** Counts a request and says what shall go wrong with it. */
  OriginFault arrived(OriginRequest request) {
    count(requests, request.operation(), 1);
    return faults.apply(request);
  }

  void delivered(OriginRequest request, int bytes) {
    count(bodyBytes, request.operation(), bytes);
  }

  /** Released when the proxy closes: what hangs waits here. */
  CountDownLatch closed() {
    return closed;
  }

  InetSocketAddress bucket() {
    return bucket;
  }

  private void accept() {
    while (closed.getCount() > 0) {
      try {
        Socket reader = server.accept();
        if (connections.tryAcquire()) {
          open.add(reader);
          Thread.ofVirtual().name("bucket-proxy-", 0).start(() -> serve(reader));
        } else {
          reader.close();
        }
      } catch (IOException e) {
        if (closed.getCount() > 0) {
          throw new IllegalStateException("the bucket's proxy can accept no more connections", e);
        }
      }
    }
  }

  /** A broken connection is what happened to its reader; there is nobody else to tell. */
  private void serve(Socket reader) {
    try (reader;
        ProxiedConnection connection = new ProxiedConnection(this, reader)) {
      connection.serve();
    } catch (IOException e) {
      System.getLogger("bucket-proxy").log(System.Logger.Level.DEBUG, "connection ended", e);
    } finally {
      open.remove(reader);
      connections.release();
    }
  }

  private static void count(Map<Operation, LongAdder> counters, Operation operation, long by) {
    LongAdder counter = counters.get(operation);
    if (counter != null) {
      counter.add(by);
    }
  }

  private static Map<Operation, Long> sums(Map<Operation, LongAdder> counters) {
    Map<Operation, Long> sums = new EnumMap<>(Operation.class);
    counters.forEach((operation, counter) -> sums.put(operation, counter.sum()));
    return sums;
  }
}
