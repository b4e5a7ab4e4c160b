package io.blockring.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One reader's connection through {@link CountingProxy}, with its own one to the bucket. */
final class ProxiedConnection implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  /** Under the bucket's own idle limit, so that a request never meets a closing connection. */
  private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();

  private final CountingProxy proxy;
  private final Socket reader;
  private final HttpInput fromReader;
  private final OutputStream toReader;
  private @Nullable Upstream upstream;

  private record Upstream(Socket socket, HttpInput in, OutputStream out, long usedNanos) {}

  ProxiedConnection(CountingProxy proxy, Socket reader) throws IOException {
    this.proxy = proxy;
    this.reader = reader;
    reader.setTcpNoDelay(true);
    this.fromReader = new HttpInput(reader.getInputStream());
    this.toReader = new BufferedOutputStream(reader.getOutputStream(), 64 * 1024);
  }

  /** Request after request until one side closes or a fault ends it. */
  void serve() throws IOException {
    for (HttpHead head = fromReader.head(); head != null; head = fromReader.head()) {
      OriginRequest request = OriginRequest.of(head);
      OriginFault fault = proxy.arrived(request);
      if (!answer(head, request, fault) || head.isClose()) {
        return;
      }
    }
  }

  /** Returns whether the connection can take another request. */
  private boolean answer(HttpHead head, OriginRequest request, OriginFault fault)
      throws IOException {
    switch (fault) {
      case OriginFault.Refuse(int status) -> {
        refuse(status);
        return false;
      }
      case OriginFault.Hang() -> {
        waitAtMost(Duration.ofDays(1));
        return false;
      }
      case OriginFault.Delay(Duration time) -> waitAtMost(time);
      case OriginFault.Cut _, OriginFault.Stall _, OriginFault.Slow _, OriginFault.Flip _ -> {}
    }
    Upstream bucket = connect();
    forward(head, bucket);
    HttpHead response = bucket.in().head();
    if (response == null) {
      throw new IOException("the bucket closed before it answered " + request);
    }
    return respond(request, response, bucket, fault);
  }

  private void forward(HttpHead head, Upstream bucket) throws IOException {
    String expect = head.header("expect");
    if (expect != null) {
      send(toReader, "HTTP/1.1 100 Continue\r\n\r\n");
      toReader.flush();
    }
    OutputStream out = bucket.out();
    send(out, head.without("expect").toString());
    if (head.isChunked()) {
      fromReader.chunkedBody(out, out::write);
    } else {
      fromReader.body(Math.max(0, head.contentLength()), out::write);
    }
    out.flush();
  }

  private boolean respond(
      OriginRequest request, HttpHead response, Upstream bucket, OriginFault fault)
      throws IOException {
    send(toReader, response.toString());
    FaultyBody body = new FaultyBody(toReader, fault, bytes -> proxy.delivered(request, bytes));
    boolean isComplete = true;
    try {
      copyBody(request, response, bucket, body);
    } catch (FaultyBody.Ended ended) {
      isComplete = false;
    }
    toReader.flush();
    if (!isComplete) {
      end(fault);
    }
    return isComplete && keep(bucket, response);
  }

  private void copyBody(OriginRequest request, HttpHead response, Upstream bucket, FaultyBody body)
      throws IOException {
    int status = response.status();
    if (request.method().equals("HEAD") || status == 204 || status == 304) {
      return;
    }
    if (response.isChunked()) {
      bucket.in().chunkedBody(toReader, body);
    } else if (response.contentLength() >= 0) {
      bucket.in().body(response.contentLength(), body);
    } else {
      bucket.in().bodyUntilClose(body);
    }
  }

  private boolean keep(Upstream bucket, HttpHead response) throws IOException {
    if (response.isClose() || (!response.isChunked() && response.contentLength() < 0)) {
      return false;
    }
    upstream = new Upstream(bucket.socket(), bucket.in(), bucket.out(), System.nanoTime());
    return true;
  }

  private void end(OriginFault fault) throws IOException {
    if (fault instanceof OriginFault.Stall) {
      waitAtMost(Duration.ofDays(1));
    } else if (fault instanceof OriginFault.Cut cut && cut.isReset()) {
      reader.setSoLinger(true, 0);
    }
  }

  private void refuse(int status) throws IOException {
    send(
        toReader,
        "HTTP/1.1 %d Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".formatted(status));
    toReader.flush();
  }

  private Upstream connect() throws IOException {
    Upstream last = upstream;
    if (last != null && System.nanoTime() - last.usedNanos() < IDLE_NANOS) {
      return last;
    }
    close();
    Socket socket = new Socket();
    socket.connect(proxy.bucket(), CONNECT_MILLIS);
    socket.setTcpNoDelay(true);
    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
    Upstream fresh =
        new Upstream(socket, new HttpInput(socket.getInputStream()), out, System.nanoTime());
    upstream = fresh;
    return fresh;
  }

  private void waitAtMost(Duration time) throws IOException {
    try {
      if (!time.isZero() && proxy.closed().await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("the proxy was closed");
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted while a fault was played", e);
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    Upstream last = upstream;
    if (last != null) {
      last.socket().close();
      upstream = null;
    }
  }
}
