package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.ReadException;
import io.blockring.client.compression.FrameStream;
import io.blockring.client.compression.LinkFrames;
import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginCredentials;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.Origins;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The S3 port as the source of another cluster: what compresses comes compressed. */
@Timeout(60)
class LinkCompressionTest {
  private static final int SIZE = 3 * SendBuffers.SEGMENT_BYTES + 1234;
  private static final String ACCEPT = LinkFrames.ACCEPT + ": " + LinkFrames.LZ4;

  private final FakeNamespace namespace = new FakeNamespace();
  private final OriginCounters counters = new OriginCounters();
  private S3Endpoint endpoint;
  private int port;
  private RawHttp http;
  private Origin origin;

  @BeforeEach
  void start() throws IOException {
    namespace.addMount("models");
    endpoint = new S3Endpoint(S3Settings.loopback(), namespace);
    port = endpoint.listen("127.0.0.1", 0);
    http = new RawHttp(port);
    OriginSettings settings =
        OriginSettings.at("s3://models")
            .withEndpoint("http://127.0.0.1:" + port)
            .withPathStyle(true)
            .withCredentials(new OriginCredentials.Anonymous(), "")
            .withLimits(OriginLimits.DEFAULT.withMaxAttempts(1));
    origin = Origins.open(settings, counters);
  }

  @AfterEach
  void stop() throws IOException {
    origin.close();
    http.close();
    endpoint.close();
  }

  @Test
  void text_crosses_in_a_fraction_of_its_bytes_and_arrives_whole() throws Exception {
    namespace.isText = true;
    namespace.put("models", "log", SIZE);
    assertThat(first()).isEqualTo(FakeNamespace.text(0, SIZE));
    assertThat(range(1000, 200_000)).isEqualTo(FakeNamespace.text(1000, 200_000));
    assertThat(range(SIZE - 1, 1)).isEqualTo(FakeNamespace.text(SIZE - 1, 1));
    assertThat(counters.bytes()).isEqualTo(SIZE + 200_001L);
    assertThat(counters.receivedBytes()).isLessThan(counters.bytes() / 4);
    assertThat(counters.succeeded()).isEqualTo(3);
  }

  @Test
  void weights_cross_as_they_are_and_with_their_length() throws Exception {
    Cells cells = namespace.put("models", "log", SIZE);
    assertThat(first()).isEqualTo(cells.bytes(0, SIZE));
    assertThat(counters.receivedBytes()).isEqualTo(SIZE);
    RawHttp.Response response = http.get("/models/log", "Range: bytes=0-999", ACCEPT);
    assertThat(response.header("Content-Length")).isEqualTo("1000");
    assertThat(response.headers()).doesNotContainKey(LinkFrames.ENCODING);
  }

  @Test
  void only_who_asks_for_a_range_and_for_frames_gets_them() throws Exception {
    namespace.isText = true;
    namespace.put("models", "log", SIZE);
    for (String header : new String[] {ACCEPT, "Range: bytes=0-999"}) {
      RawHttp.Response response = http.get("/models/log", header);
      assertThat(response.headers()).doesNotContainKey(LinkFrames.ENCODING);
      assertThat(response.body()).isEqualTo(FakeNamespace.text(0, response.body().length));
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/models/log"))
            .headers("Range", "bytes=5-999", LinkFrames.ACCEPT, LinkFrames.LZ4)
            .build();
    HttpResponse<byte[]> framed;
    try (HttpClient client = HttpClient.newHttpClient()) {
      framed = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
    assertThat(framed.statusCode()).isEqualTo(206);
    assertThat(framed.headers().firstValue("Content-Range")).hasValue("bytes 5-999/" + SIZE);
    assertThat(framed.headers().firstValue(LinkFrames.ENCODING)).hasValue(LinkFrames.LZ4);
    assertThat(framed.headers().firstValue("x-cache")).hasValue("ssd");
    assertThat(new FrameStream(new ByteArrayInputStream(framed.body()), 995).readAllBytes())
        .isEqualTo(FakeNamespace.text(5, 995));
  }

  @Test
  void a_read_that_fails_in_the_middle_is_never_a_short_body() {
    namespace.isText = true;
    namespace.put("models", "log", SIZE);
    namespace.script(
        new FakeNamespace.Fault.ReadFails(
            2 * SendBuffers.SEGMENT_BYTES,
            new ReadException(ReadException.Kind.UNAVAILABLE, "scripted")));
    assertThatThrownBy(() -> range(0, SIZE))
        .isInstanceOfSatisfying(
            OriginException.class,
            e -> assertThat(e.kind()).isEqualTo(OriginException.Kind.UNAVAILABLE));
  }

  private byte[] first() throws OriginException {
    try (Origin.Body body = origin.getFirst("log", SIZE, deadline())) {
      return bytes(body);
    }
  }

  private byte[] range(long offset, int length) throws OriginException {
    Identity identity = new Identity(Identity.Kind.ETAG, FakeNamespace.etag("v1"));
    try (Origin.Body body = origin.getRange("log", identity, SIZE, offset, length, deadline())) {
      return bytes(body);
    }
  }

  private static byte[] bytes(Origin.Body body) throws OriginException {
    ByteBuffer all = ByteBuffer.allocate(body.length() + 1);
    int read = 0;
    while (read >= 0) {
      read = body.read(all);
    }
    byte[] bytes = new byte[all.flip().remaining()];
    all.get(bytes);
    return bytes;
  }

  private static long deadline() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
  }
}
