package io.blockring.node.membership;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.node.config.JoinEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses behind {@code cluster.join}, looked up again and again on a thread of its own
 * (look-ups may hang). An entry that cannot be looked up keeps the addresses it had.
 */
public final class JoinList implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JoinList.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int MAX_ADDRESSES = 4096;

  /**
   * A place where a member may be.
   *
   * @param hasOwnPort whether the entry named a port; otherwise the other node is taken to use the
   *     same ports as this one
   */
  public record Seed(InetSocketAddress address, boolean hasOwnPort) {}

  private final List<JoinEntry> entries;
  private final int defaultPort;
  private final Map<JoinEntry, Set<Seed>> found = new ConcurrentHashMap<>();
  private final Map<JoinEntry, String> troubles = new ConcurrentHashMap<>();
  private final Thread thread;

  /**
   * @param defaultPort Hazelcast's port where an entry names none
   */
  public JoinList(List<JoinEntry> entries, int defaultPort) {
    this.entries = List.copyOf(entries);
    this.defaultPort = defaultPort;
    this.thread = Thread.ofVirtual().name("join-list").unstarted(this::run);
  }

  /** Begins to look up. */
  public void start() {
    thread.start();
  }

  /** What was found last. Never blocks. */
  public List<Seed> seeds() {
    Set<Seed> all = new LinkedHashSet<>();
    entries.forEach(entry -> all.addAll(found.getOrDefault(entry, Set.of())));
    return all.stream().limit(MAX_ADDRESSES).toList();
  }

  /**
   * Control addresses to try: those of the seeds that are taken to use the same ports as this node.
   */
  public List<ControlAddress> controlAddresses(int controlPort) {
    return seeds().stream()
        .filter(seed -> !seed.hasOwnPort())
        .map(seed -> new ControlAddress(seed.address().getAddress().getHostAddress(), controlPort))
        .distinct()
        .toList();
  }

  private void run() {
    try {
      while (true) {
        refresh();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks every entry up once. */
  void refresh() {
    for (JoinEntry entry : entries) {
      try {
        found.put(entry, resolve(entry));
        troubles.remove(entry);
      } catch (IOException | IllegalArgumentException e) {
        if (!e.toString().equals(troubles.put(entry, e.toString()))) {
          LOG.warn("cluster.join {} cannot be looked up: {}", entry, e.toString());
        }
      }
    }
  }

  private Set<Seed> resolve(JoinEntry entry) throws IOException {
    return switch (entry.kind()) {
      case DNS -> addresses(entry, InetAddress.getAllByName(entry.name()));
      case HOST -> addresses(entry, InetAddress.getByName(entry.name()));
      case FILE -> {
        Set<Seed> all = new LinkedHashSet<>();
        for (String line : lines(Path.of(entry.name()))) {
          JoinEntry inner = JoinEntry.parse(line);
          if (inner.kind() == JoinEntry.Kind.FILE) {
            throw new IllegalArgumentException("a file of members names another file: " + line);
          }
          all.addAll(resolve(inner));
        }
        yield all;
      }
    };
  }

  private static List<String> lines(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String text = line.replaceFirst("#.*", "").strip();
      if (!text.isEmpty()) {
        lines.add(text);
      }
    }
    return lines;
  }

  private Set<Seed> addresses(JoinEntry entry, InetAddress... addresses) {
    Set<Seed> seeds = new LinkedHashSet<>();
    int port = entry.port() == 0 ? defaultPort : entry.port();
    for (InetAddress address : addresses) {
      seeds.add(new Seed(new InetSocketAddress(address, port), entry.port() != 0));
    }
    return seeds;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
