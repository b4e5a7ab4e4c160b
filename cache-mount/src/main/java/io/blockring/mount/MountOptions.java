package io.blockring.mount;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.credentials.PeerCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of {@code cachectl mount}. */
final class MountOptions {
  private static final int CONTROL_PORT = 7072;
  private static final long LEAST_MEMORY = 16L << 20;
  private static final long MOST = 1L << 30;

  @Parameters(
      index = "0",
      paramLabel = "PATH",
      description = "What to mount: /models, a directory below it as /models/sd, or / for all.")
  private String path = "";

  @Parameters(
      index = "1",
      paramLabel = "DIRECTORY",
      description = "Where: a directory that exists.")
  private Path target = Path.of("");

  @Option(
      names = "--node",
      paramLabel = "HOST[:PORT][,...]",
      hideParamSyntax = true,
      split = ",",
      description = {
        "Control address of a node; several with commas. One that answers is enough, the others",
        "are learnt. Default: CACHECTL_NODE, else 127.0.0.1:7072."
      })
  private List<String> nodes = List.of();

  @Option(
      names = "--cluster-token-file",
      paramLabel = "FILE",
      description =
          "The cluster's secret, where its ports ask for it (security.cluster.tokenFile).")
  @Nullable Path clusterTokenFile;

  @Option(
      names = "--mtls-certificate",
      paramLabel = "FILE",
      description = {
        "PEM of a certificate and its chain, where the cluster's ports ask for one (security.mtls).",
        "Only together with the next two."
      })
  @Nullable Path mtlsCertificate;

  @Option(
      names = "--mtls-key",
      paramLabel = "FILE",
      description = "PEM of its private key (PKCS #8), permissions 0600 or 0640.")
  @Nullable Path mtlsKey;

  @Option(
      names = "--mtls-ca",
      paramLabel = "FILE",
      description = "PEM of the authority of this cluster.")
  @Nullable Path mtlsCa;

  @Option(names = "--foreground", description = "Stay in the foreground and log to standard error.")
  boolean isForeground;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Log of the background process. Default: blockring-mount-….log in /var/log or /tmp.")
  @Nullable Path log;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "Longest time a program's request may take; then it gets EIO. Default: 30s.")
  Duration timeout = Duration.ZERO;

  @Option(
      names = "--freshness",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = {
        "How long names and sizes may be taken for granted; opening a file always asks.",
        "Default: 5s."
      })
  Duration freshness = Duration.ZERO;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "128MiB",
      description = "Buffers for reads, outside the page cache. Default: 128MiB.")
  ByteCount memory = new ByteCount(0);

  @Option(
      names = "--read-ahead",
      paramLabel = "SIZE",
      defaultValue = "32MiB",
      description = "How far to fetch ahead of a reader who reads on and on. Default: 32MiB.")
  ByteCount readAhead = new ByteCount(0);

  @Option(
      names = "--kernel-read-ahead",
      paramLabel = "SIZE",
      defaultValue = "4MiB",
      description = "How far the kernel reads ahead into its page cache. Default: 4MiB.")
  ByteCount kernelReadAhead = new ByteCount(0);

  /** Set by the program itself: say when the file system answers, and leave the terminal. */
  @Option(names = "--in-background", hidden = true)
  boolean isInBackground;

  Path target() {
    return target;
  }

  /** The name of the cluster's mount; empty for all of them. */
  String mount() {
    int slash = path.indexOf('/', 1);
    return slash < 0 ? path.substring(1) : path.substring(1, slash);
  }

  /** Empty, or ending with a slash. */
  String prefix() {
    int slash = path.indexOf('/', 1);
    String below = slash < 0 ? "" : path.substring(slash + 1);
    return below.isEmpty() || below.endsWith("/") ? below : below + "/";
  }

  /** As the table of mounts shows it. */
  String source() {
    return "blockring:" + path;
  }

  List<ControlAddress> nodes(Map<String, String> environment) throws MountFailure {
    List<String> written = nodes;
    if (written.isEmpty()) {
      written = List.of(environment.getOrDefault("CACHECTL_NODE", "127.0.0.1").split(","));
    }
    List<ControlAddress> addresses = new ArrayList<>();
    for (String one : written) {
      try {
        addresses.add(address(one.strip()));
      } catch (IllegalArgumentException e) {
        throw new MountFailure(
            ExitStatus.USAGE, "the address of a node is HOST or HOST:PORT, not '" + one + "'", e);
      }
    }
    return addresses;
  }

  /** What the mount shows the cluster's ports. */
  PeerCredentials credentials() throws MountFailure {
    String option = clusterTokenFile != null ? "--cluster-token-file" : "--mtls-…";
    try {
      if (clusterTokenFile != null) {
        return PeerCredentials.ofClusterSecret(clusterTokenFile, "mount");
      }
      return mtlsCertificate != null && mtlsKey != null && mtlsCa != null
          ? PeerCredentials.ofCertificate(mtlsCertificate, mtlsKey, mtlsCa)
          : PeerCredentials.none();
    } catch (IOException e) {
      throw new MountFailure(ExitStatus.CONFIG, option + ": " + e.getMessage(), e);
    }
  }

  private static ControlAddress address(String text) {
    boolean hasPort = text.indexOf(':') >= 0 && !text.endsWith("]");
    return ControlAddress.parse(hasPort ? text : text + ":" + CONTROL_PORT);
  }

  void check() throws MountFailure {
    if (!path.startsWith("/") || path.contains("//")) {
      throw wrong("what to mount is a path as /models or /models/sd, not '" + path + "'");
    }
    if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.toMinutes() > 10) {
      throw wrong("--timeout is " + timeout.toMillis() + " ms, but must be from 1s to 10m");
    }
    if (freshness.toMinutes() > 60) {
      throw wrong("--freshness is " + freshness.toSeconds() + " s, but must be at most 60m");
    }
    if (memory.bytes() < LEAST_MEMORY || memory.bytes() > MOST) {
      throw wrong("--memory is " + memory + ", but must be from 16MiB to 1GiB");
    }
    if (readAhead.bytes() > memory.bytes()) {
      throw wrong("--read-ahead is " + readAhead + ", but --memory only " + memory);
    }
    if (kernelReadAhead.bytes() < 4096 || kernelReadAhead.bytes() > 1L << 30) {
      throw wrong("--kernel-read-ahead is " + kernelReadAhead + ", but must be from 4KiB to 1GiB");
    }
    long mtls = Stream.of(mtlsCertificate, mtlsKey, mtlsCa).filter(Objects::nonNull).count();
    if (mtls % 3 != 0) {
      throw wrong("--mtls-certificate, --mtls-key and --mtls-ca are only used together");
    }
    if (mtls > 0 && clusterTokenFile != null) {
      throw wrong("--mtls-… and --cluster-token-file are two ways for one purpose: give one");
    }
  }

  private static MountFailure wrong(String message) {
    return new MountFailure(ExitStatus.USAGE, message);
  }
}
