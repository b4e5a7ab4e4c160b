package io.blockring.demo;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a local cluster shall be. Immutable; the {@code with} methods give changed copies.
 *
 * @param weights one node for each, {@code node-1} first
 * @param mounts by name
 * @param environment of the node processes, beside the harness's own; credentials go here
 * @param settings of every node by full key ({@code memory.size}), over the harness's own
 * @param storeBudget of every node, like {@code 2GiB}
 * @param jvmFlags of every node
 * @param isProxied whether somebody forwards between the nodes; see {@link NodeHost#proxied}
 */
public record ClusterPlan(
    List<Integer> weights,
    Map<String, MountPlan> mounts,
    Map<String, String> environment,
    Map<String, String> settings,
    String storeBudget,
    List<String> jvmFlags,
    boolean isProxied) {

  /**
   * A name bound to an origin.
   *
   * @param origin {@code s3://BUCKET/PREFIX} or {@code file:///DIR}
   * @param settings of this mount by key ({@code origin.endpoint}, {@code blockBytes})
   */
  public record MountPlan(String origin, Map<String, String> settings) {
    public MountPlan {
      settings = Map.copyOf(settings);
    }

    /** A bucket behind an endpoint that wants its name in the path. */
    public static MountPlan bucket(String origin, URI endpoint) {
      return new MountPlan(
          origin, Map.of("origin.endpoint", endpoint.toString(), "origin.pathStyle", "true"));
    }

    public MountPlan with(String key, String value) {
      return new MountPlan(origin, put(settings, key, value));
    }
  }

  private static final List<String> JVM_FLAGS =
      List.of(
          "-Xms64m",
          "-Xmx256m",
          "-XX:MaxDirectMemorySize=512m",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /** Of every node: small enough that three fit on a laptop with its default limits. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "memory.size", "64MiB",
          "limits.connections", "200",
          "limits.bytesInFlight", "128MiB",
          // Several nodes and their load on one machine press one another.
          "limits.pressure", "100");

  public ClusterPlan {
    weights = List.copyOf(weights);
    mounts = Map.copyOf(mounts);
    environment = Map.copyOf(environment);
    settings = Map.copyOf(settings);
    jvmFlags = List.copyOf(jvmFlags);
  }

  /** Nodes of these weights, nothing mounted yet. */
  public static ClusterPlan ofWeights(Integer... weights) {
    return new ClusterPlan(
        List.of(weights), Map.of(), Map.of(), SETTINGS, "2GiB", JVM_FLAGS, false);
  }

  public ClusterPlan withMount(String name, MountPlan mount) {
    return new ClusterPlan(
        weights, put(mounts, name, mount), environment, settings, storeBudget, jvmFlags, isProxied);
  }

  public ClusterPlan withEnvironment(Map<String, String> variables) {
    Map<String, String> merged = new LinkedHashMap<>(environment);
    merged.putAll(variables);
    return new ClusterPlan(weights, mounts, merged, settings, storeBudget, jvmFlags, isProxied);
  }

  public ClusterPlan withSetting(String key, String value) {
    return new ClusterPlan(
        weights, mounts, environment, put(settings, key, value), storeBudget, jvmFlags, isProxied);
  }

  public ClusterPlan withStoreBudget(String size) {
    return new ClusterPlan(weights, mounts, environment, settings, size, jvmFlags, isProxied);
  }

  /** Adds flags; of two that disagree the JVM takes the later. */
  public ClusterPlan withJvmFlags(String... flags) {
    List<String> merged = new ArrayList<>(jvmFlags);
    merged.addAll(List.of(flags));
    return new ClusterPlan(weights, mounts, environment, settings, storeBudget, merged, isProxied);
  }

  /**
   * Nodes of a test: they end before the second compiler's work pays, and it would take half of
   * their time.
   */
  public ClusterPlan shortLived() {
    return withJvmFlags("-XX:TieredStopAtLevel=1");
  }

  /** Nodes that are reached only through what forwards to them. */
  public ClusterPlan proxied() {
    return new ClusterPlan(weights, mounts, environment, settings, storeBudget, jvmFlags, true);
  }

  /** The certificate that S3 and admin ports show; null when they speak plain HTTP. */
  @Nullable Path certificate() {
    String file = settings.get("security.tls.certificate");
    return file == null ? null : Path.of(file);
  }

  private static <V> Map<String, V> put(Map<String, V> map, String key, V value) {
    Map<String, V> copy = new LinkedHashMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
