package io.blockring.demo;

import io.blockring.client.credentials.PeerAuthority;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Cache nodes as processes of this machine, on loopback, one directory each. They die with this
 * process, however that one ends.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private final List<LocalNode> nodes;
  private final HttpClient http;
  private final ProcessGuard guard;
  private final Thread killer;

  private LocalCluster(List<LocalNode> nodes, HttpClient http, ProcessGuard guard) {
    this.nodes = List.copyOf(nodes);
    this.http = http;
    this.guard = guard;
    this.killer = new Thread(() -> nodes.forEach(LocalNode::close), "kill-local-cluster");
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /**
   * Lays out directories and settings files and starts every node; none is ready yet.
   *
   * @param directory for everything the nodes keep; used again as it is if it holds an earlier run
   */
  public static LocalCluster start(Path directory, ClusterPlan plan) throws IOException {
    return start(directory, plan, plan.weights().size());
  }

  /**
   * The same for the first of the plan's nodes; the others are laid out, and not started.
   *
   * @param started how many
   */
  public static LocalCluster start(Path directory, ClusterPlan plan, int started)
      throws IOException {
    HttpClient http = client(plan);
    List<NodePorts> ports = new ArrayList<>();
    for (int i = 0; i < plan.weights().size(); i++) {
      ports.add(NodePorts.free());
    }
    List<LocalNode> nodes = new ArrayList<>();
    ProcessGuard guard = ProcessGuard.start();
    for (int i = 0; i < ports.size(); i++) {
      Path home = directory.toAbsolutePath().resolve("node-" + (i + 1));
      Files.createDirectories(home);
      NodeHost host = NodeHost.of(plan, i + 1);
      LocalNode node =
          new LocalNode("node-" + (i + 1), home, host, ports.get(i), plan, http, guard);
      Files.writeString(node.configFile(), NodeConfigFile.text(plan, i, home, ports.get(i), ports));
      nodes.add(node);
    }
    LocalCluster cluster = new LocalCluster(nodes, http, guard);
    try {
      for (LocalNode node : nodes.subList(0, started)) {
        node.start();
      }
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private static HttpClient client(ClusterPlan plan) throws IOException {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(CONNECT);
    Path certificate = plan.certificate();
    if (certificate != null) {
      client.sslContext(trusting(certificate));
    }
    return client.build();
  }

  /** Believes what has this certificate, or one of its chain, and nobody else. */
  public static SSLContext trusting(Path certificate) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {PeerAuthority.open(certificate)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** In the plan's order. */
  public List<LocalNode> nodes() {
    return nodes;
  }

  /** {@code node(1)} is {@code node-1}. */
  public LocalNode node(int number) {
    return nodes.get(number - 1);
  }

  /** Returns when every node says that it should get readers. */
  public void awaitReady(Duration within) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    for (LocalNode node : nodes) {
      node.awaitReady(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
  }

  /** Kills every node. Directories stay. */
  @Override
  public void close() {
    nodes.forEach(LocalNode::close);
    guard.close();
    http.close();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // The JVM is going down: the hook runs, and finds nothing left to kill.
      System.getLogger("local-cluster").log(System.Logger.Level.TRACE, "closed at exit", e);
    }
  }
}
