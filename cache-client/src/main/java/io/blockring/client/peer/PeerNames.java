package io.blockring.client.peer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks up hosts within a deadline, which the platform's own look-up does not know: it runs on a
 * few threads of ours, and a name that cannot be looked up now keeps its last known address.
 */
final class PeerNames implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int QUEUE = 256;

  private final ConcurrentMap<String, InetAddress> lastKnown = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor lookups =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(QUEUE),
          Thread.ofPlatform().daemon().name("blockring-peer-names-", 0).factory());

  PeerNames() {
    lookups.allowCoreThreadTimeOut(true);
  }

  InetSocketAddress resolve(PeerAddress peer, long patienceNanos) throws PeerFault {
    InetAddress literal = literal(peer.host());
    return new InetSocketAddress(
        literal != null ? literal : lookUp(peer.host(), patienceNanos), peer.port());
  }

  private InetAddress lookUp(String host, long patienceNanos) throws PeerFault {
    String trouble;
    try {
      Future<InetAddress> lookup = lookups.submit(() -> InetAddress.getByName(host));
      InetAddress found = lookup.get(patienceNanos, TimeUnit.NANOSECONDS);
      lastKnown.put(host, found);
      return found;
    } catch (ExecutionException e) {
      trouble = String.valueOf(e.getCause());
    } catch (TimeoutException e) {
      trouble = "no answer within " + patienceNanos / 1_000_000 + " ms";
    } catch (RejectedExecutionException e) {
      trouble = QUEUE + " look-ups are waiting";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerFault(PeerFault.Kind.GIVEN_UP, "interrupted while looking up " + host);
    }
    InetAddress known = lastKnown.get(host);
    if (known == null) {
      throw PeerFault.broken("cannot look up " + host + ": " + trouble);
    }
    return known;
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public void close() {
    lookups.shutdown();
  }
}
