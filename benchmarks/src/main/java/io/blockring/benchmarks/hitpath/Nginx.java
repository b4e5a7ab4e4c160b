package io.blockring.benchmarks.hitpath;

import io.blockring.demo.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One nginx of its own, as a process tree, serving a folder with and without TLS. */
final class Nginx implements AutoCloseable {
  /** As the Debian package sets it up, or as data-plane measurements say it serves best. */
  enum Tuning {
    USUAL("tcp_nopush on;", ""),
    TUNED("tcp_nopush off;", " sndbuf=256k");

    private final String push;
    private final String listen;

    Tuning(String push, String listen) {
      this.push = push;
      this.listen = listen;
    }
  }

  private final Process process;
  private final int port;
  private final int tlsPort;

  private Nginx(Process process, int port, int tlsPort) {
    this.process = process;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /**
   * @param workers as many as the node has event loops
   * @param certificate for the port with TLS, and its key
   */
  static Nginx start(Path folder, Path data, Tuning tuning, int workers, Path certificate, Path key)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port = freePort();
    int tlsPort = freePort();
    Path configuration =
        Files.writeString(
            folder.resolve("nginx.conf"),
            """
            daemon off;
            user root;
            worker_processes %d;
            pid %s/pid;
            error_log %s/error.log;
            events { worker_connections 16384; }
            http {
              access_log off;
              sendfile on;
              %s
              tcp_nodelay on;
              default_type application/octet-stream;
              keepalive_requests 1000000000;
              open_file_cache max=16;
              ssl_protocols TLSv1.3;
              ssl_certificate %s;
              ssl_certificate_key %s;
              server {
                listen 127.0.0.1:%d%s;
                listen 127.0.0.1:%d ssl%s;
                root %s;
              }
            }
            """
                .formatted(
                    workers,
                    folder,
                    folder,
                    tuning.push,
                    certificate,
                    key,
                    port,
                    tuning.listen,
                    tlsPort,
                    tuning.listen,
                    data));
    Process process =
        new ProcessBuilder("nginx", "-p", folder.toString(), "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Nginx nginx = new Nginx(process, port, tlsPort);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    Await.until("nginx listens", Duration.ofSeconds(10), () -> nginx.problem(folder));
    return nginx;
  }

  private @Nullable String problem(Path folder) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected() ? null : "not connected";
    } catch (IOException e) {
      return e + ", see " + folder;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  List<Long> pids() {
    return Processor.family(process.toHandle());
  }

  int port() {
    return port;
  }

  int tlsPort() {
    return tlsPort;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor(5, TimeUnit.SECONDS);
  }
}
