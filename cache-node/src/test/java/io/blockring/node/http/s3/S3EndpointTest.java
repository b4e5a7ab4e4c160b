package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.ladder.Rung;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects and buckets over real HTTP: what is answered, and with which headers. */
class S3EndpointTest {
  private final FakeNamespace namespace = new FakeNamespace();
  private S3Endpoint endpoint;
  private RawHttp http;

  @BeforeEach
  void start() throws IOException {
    namespace.addMount("models");
    endpoint = new S3Endpoint(S3Settings.loopback(), namespace);
    http = new RawHttp(endpoint.listen("127.0.0.1", 0));
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    endpoint.close();
  }

  @Test
  void get_answers_the_whole_object_and_says_what_it_is() throws IOException {
    Cells cells = namespace.put("models", "sd/unet.bin", 300_000, "v7", "application/x-tensor");
    namespace.rung = Rung.PEER;
    RawHttp.Response response = http.get("/models/sd/unet.bin", "x-blockring-trace: job-1.a");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(cells.bytes(0, 300_000));
    assertThat(response.header("Content-Length")).isEqualTo("300000");
    assertThat(response.header("Content-Type")).isEqualTo("application/x-tensor");
    assertThat(response.header("ETag")).isEqualTo("\"v7\"");
    assertThat(response.header("Last-Modified")).isEqualTo("Wed, 21 Oct 2026 07:28:00 GMT");
    assertThat(response.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(response.header("x-cache")).isEqualTo("peer");
    assertThat(response.header("x-blockring-trace")).isEqualTo("job-1.a");
    assertThat(response.header("x-amz-request-id")).matches("[0-9A-F]{16}");
    assertThat(response.headers().keySet()).noneMatch(name -> name.contains("checksum"));
    assertThat(namespace.lastScope.get().traceId()).isEqualTo("job-1.a");
    assertThat(endpoint.counters().bytes(Rung.PEER)).isEqualTo(300_000);
  }

  @Test
  void any_range_of_any_size_is_the_right_bytes() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int size : new int[] {1, 31, SendBuffers.SEGMENT_BYTES, 1_000_003}) {
      Cells cells = namespace.put("models", "k", size);
      for (int round = 0; round < 20; round++) {
        namespace.pieceBytes = 1 + random.nextInt(200_000);
        int first = random.nextInt(size);
        int last = first + random.nextInt(size);
        int length = Math.min(last, size - 1) - first + 1;
        RawHttp.Response response = http.get("/models/k", "Range: bytes=" + first + "-" + last);
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.header("Content-Range"))
            .isEqualTo("bytes " + first + "-" + (first + length - 1) + "/" + size);
        assertThat(response.body())
            .as("seed %d, %d+%d of %d", seed, first, length, size)
            .isEqualTo(cells.bytes(first, length));
      }
    }
  }

  @Test
  void a_range_beyond_the_end_is_416_with_the_size() throws IOException {
    namespace.put("models", "k", 10);
    RawHttp.Response response = http.get("/models/k", "Range: bytes=10-20");
    assertThat(response.status()).isEqualTo(416);
    assertThat(response.header("Content-Range")).isEqualTo("bytes */10");
    assertThat(response.text())
        .contains("<Code>InvalidRange</Code>")
        .contains("<RangeRequested>bytes=10-20</RangeRequested>")
        .contains("<ActualObjectSize>10</ActualObjectSize>");
  }

  @Test
  void several_ranges_are_ignored_like_s3_ignores_them() throws IOException {
    namespace.put("models", "k", 10);
    RawHttp.Response response = http.get("/models/k", "Range: bytes=0-1,3-4");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).hasSize(10);
  }

  @Test
  void an_empty_object_is_an_empty_200_and_its_ranges_are_416() throws IOException {
    namespace.put("models", "empty", 0);
    RawHttp.Response whole = http.get("/models/empty");
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.header("Content-Length")).isEqualTo("0");
    assertThat(http.get("/models/empty", "Range: bytes=0-").status()).isEqualTo(416);
    assertThat(namespace.calls).noneMatch(call -> call.startsWith("read"));
  }

  @Test
  void head_has_the_headers_of_get_and_reads_no_byte() throws IOException {
    namespace.put("models", "k", 5_000_000_000L);
    RawHttp.Response response = http.exchange("HEAD", "/models/k");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Length")).isEqualTo("5000000000");
    assertThat(response.header("ETag")).isEqualTo("\"v1\"");
    RawHttp.Response part = http.exchange("HEAD", "/models/k", "Range: bytes=-5");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.header("Content-Range")).isEqualTo("bytes 4999999995-4999999999/5000000000");
    assertThat(part.header("Content-Length")).isEqualTo("5");
    assertThat(namespace.calls).containsExactly("open STAT k", "open STAT k");
  }

  @Test
  void head_of_a_missing_key_is_404_without_a_body() throws IOException {
    assertThat(http.exchange("HEAD", "/models/none").status()).isEqualTo(404);
    assertThat(http.exchange("HEAD", "/none").status()).isEqualTo(404);
    assertThat(http.exchange("HEAD", "/models").status()).isEqualTo(200);
    assertThat(endpoint.counters().errors(S3Code.NO_SUCH_KEY)).isEqualTo(1);
  }

  @Test
  void conditions_are_answered_304_and_412() throws IOException {
    namespace.put("models", "k", 10);
    RawHttp.Response fresh = http.get("/models/k", "If-None-Match: \"v1\"");
    assertThat(fresh.status()).isEqualTo(304);
    assertThat(fresh.header("ETag")).isEqualTo("\"v1\"");
    RawHttp.Response failed = http.get("/models/k", "If-Match: \"v0\"");
    assertThat(failed.status()).isEqualTo(412);
    assertThat(failed.text()).contains("<Code>PreconditionFailed</Code>").contains("v1");
    assertThat(http.get("/models/k", "If-Match: \"v1\"").status()).isEqualTo(200);
    assertThat(http.get("/models/k", "If-Range: \"v0\"", "Range: bytes=0-1").status())
        .isEqualTo(200);
  }

  @Test
  void a_missing_key_and_a_missing_mount_have_names() throws IOException {
    RawHttp.Response key = http.get("/models/none", "x-blockring-trace: t1");
    assertThat(key.status()).isEqualTo(404);
    assertThat(key.text())
        .contains("<Code>NoSuchKey</Code>")
        .contains("<Key>none</Key>")
        .contains("<Resource>/models/none</Resource>")
        .contains("<TraceId>t1</TraceId>")
        .contains("<RequestId>" + key.header("x-amz-request-id") + "</RequestId>");
    RawHttp.Response mount = http.get("/none/k");
    assertThat(mount.status()).isEqualTo(404);
    assertThat(mount.text())
        .contains("<Code>NoSuchBucket</Code>")
        .contains("<BucketName>none</BucketName>");
  }

  @Test
  void keys_are_taken_to_the_letter() throws IOException {
    for (String key :
        new String[] {"a//b", "/lead", "dir/", "a/../b", "€ ü+&=?#%", "x\u0001\n", "q\"<>'"}) {
      Cells cells = namespace.put("models", key, 100);
      RawHttp.Response response = http.get("/models/" + Percent.encodeKey(key));
      assertThat(response.status()).as(key).isEqualTo(200);
      assertThat(response.body()).as(key).isEqualTo(cells.bytes(0, 100));
    }
    RawHttp.Response tooLong = http.get("/models/" + "k".repeat(1025));
    assertThat(tooLong.status()).isEqualTo(400);
    assertThat(tooLong.text()).contains("KeyTooLongError").contains("1025").contains("1024");
  }

  @Test
  void every_write_is_refused_as_read_only() throws IOException {
    for (String method : new String[] {"PUT", "POST", "DELETE", "PATCH", "OPTIONS"}) {
      RawHttp.Response response = http.exchange(method, "/models/k?uploads");
      assertThat(response.status()).as(method).isEqualTo(405);
      assertThat(response.header("Allow")).isEqualTo("GET, HEAD");
      assertThat(response.text())
          .contains("<Code>MethodNotAllowed</Code>")
          .contains("read-only: " + method);
    }
    assertThat(namespace.calls).isEmpty();
  }

  @Test
  void a_write_with_a_body_gets_its_answer_before_the_connection_closes() throws IOException {
    byte[] body = new byte[2_000_000];
    http.send("PUT", "/models/k", "Content-Length: " + body.length);
    http.socket.getOutputStream().write(body);
    RawHttp.Response response = http.receive(false);
    assertThat(response.status()).isEqualTo(405);
    assertThat(response.header("Connection")).isEqualTo("close");
    assertThat(http.read()).isEqualTo(-1);
  }

  @Test
  void headers_can_be_overridden_with_printable_values_only() throws IOException {
    namespace.put("models", "k", 10);
    RawHttp.Response response =
        http.get("/models/k?response-content-type=text%2Fplain&response-cache-control=no-store");
    assertThat(response.header("Content-Type")).isEqualTo("text/plain");
    assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    RawHttp.Response bad = http.get("/models/k?response-content-type=a%0d%0aSet-Cookie:%20x");
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.text()).contains("<ArgumentName>response-content-type</ArgumentName>");
  }

  @Test
  void an_unsupported_question_is_501_and_names_it() throws IOException {
    namespace.put("models", "k", 10);
    RawHttp.Response response = http.get("/models/k?tagging");
    assertThat(response.status()).isEqualTo(501);
    assertThat(response.text()).contains("NotImplemented").contains("?tagging");
  }

  @Test
  void only_the_current_version_is_served() throws IOException {
    namespace.put("models", "k", 10);
    assertThat(http.get("/models/k?versionId=null").status()).isEqualTo(200);
    assertThat(http.get("/models/k?versionId=abc").text()).contains("<Code>NoSuchVersion</Code>");
  }

  @Test
  void headers_beyond_the_limit_are_refused_with_the_limit() throws IOException {
    RawHttp.Response response = http.get("/models", "x-long: " + "x".repeat(17_000));
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.text())
        .contains("<Code>RequestHeaderSectionTooLarge</Code>")
        .contains("<MaxSizeAllowed>16384</MaxSizeAllowed>");
  }

  @Test
  void a_target_that_is_no_uri_is_refused() throws IOException {
    RawHttp.Response response = http.get("/models/%zz");
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.text()).contains("<Code>InvalidURI</Code>");
  }

  @Test
  void a_trace_id_that_could_break_a_log_is_replaced() throws IOException {
    RawHttp.Response response = http.get("/models/none", "x-blockring-trace: a b;c");
    assertThat(response.header("x-blockring-trace")).matches("[0-9a-f]{16}");
  }

  @Test
  void the_bucket_says_where_it_is() throws IOException {
    assertThat(http.exchange("HEAD", "/models").header("x-amz-bucket-region"))
        .isEqualTo("us-east-1");
    assertThat(http.get("/models?location").text()).contains("LocationConstraint");
  }

  @Test
  void a_taken_port_is_a_clear_error() throws IOException {
    int port = http.socket.getPort();
    try (S3Endpoint second = new S3Endpoint(S3Settings.loopback(), namespace)) {
      assertThatThrownBy(() -> second.listen("127.0.0.1", port))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + port)
          .hasMessageContaining("already in use");
    }
  }

  @Test
  void stays_on_loopback_without_credentials() {
    try (S3Endpoint open = new S3Endpoint(S3Settings.loopback(), namespace)) {
      assertThatThrownBy(() -> open.listen("0.0.0.0", 0))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("without keys");
    }
  }
}
