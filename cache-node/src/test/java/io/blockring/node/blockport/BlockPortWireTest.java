package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.ladder.Answer;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.host.Nic;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's wire as docs/design/block-port.md tells it, without our own reader. */
class BlockPortWireTest {
  private static final Version OBJECT = FakeBlocks.version("a/b ü.bin", 300_001);
  private static final byte[] CONTENT = FakeBlocks.content(OBJECT, 0);
  private static final String VERIFIED = BlockWire.FORM + ": verified";
  private static final String PEEK = BlockWire.KIND + ": peek";

  @TempDir Path folder;
  private PortFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new PortFixture(folder);
    fixture.blocks.store(OBJECT, 0);
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void a_plain_reader_gets_whole_blocks_and_ranges() throws Exception {
    try (RawReader reader = fixture.reader()) {
      RawReader.Reply whole = get(reader);
      assertThat(whole.status()).isEqualTo(200);
      assertThat(whole.body()).isEqualTo(CONTENT);
      assertThat(whole.field("x-cache")).isEqualTo("ssd");
      assertThat(whole.field(BlockWire.FORM)).isEmpty();
      RawReader.Reply middle =
          get(reader, "range: bytes=1000-1999", BlockWire.TRACE + ": my-trace");
      assertThat(middle.status()).isEqualTo(206);
      assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 1000, 2000));
      assertThat(middle.field("content-range")).isEqualTo("bytes 1000-1999/300001");
      assertThat(middle.field(BlockWire.TRACE)).isEqualTo("my-trace");
      assertThat(middle.field(BlockWire.RING)).isEqualTo("ring-a");
      assertThat(get(reader, "range: bytes=-10").body())
          .isEqualTo(Arrays.copyOfRange(CONTENT, 299_991, 300_001));
      assertThat(get(reader, "range: bytes=299990-").body()).hasSize(11);
      assertThat(get(reader, "range: bytes=299990-99999999").body()).hasSize(11);
    }
    assertThat(fixture.port.counters().connections.sum()).isEqualTo(1);
  }

  @Test
  void the_platforms_own_http_reader_understands_it() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + fixture.number + PortFixture.target(OBJECT, 0));
    for (int round = 0; round < 3; round++) {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setReadTimeout(10_000);
      connection.setRequestProperty(BlockWire.IDENTITY, OBJECT.identity().toString());
      connection.setRequestProperty(BlockWire.SIZE, Long.toString(OBJECT.size()));
      connection.setRequestProperty("Range", "bytes=100-200099");
      assertThat(connection.getResponseCode()).isEqualTo(206);
      try (InputStream in = connection.getInputStream()) {
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(CONTENT, 100, 200_100));
      }
    }
  }

  @Test
  void a_plain_reader_follows_a_fill_to_its_end() throws Exception {
    Version cold = FakeBlocks.version("cold.bin", 200_000);
    FakeFilling filling = new FakeFilling(FakeBlocks.content(cold, 0));
    fixture.blocks.fills = key -> filling;
    try (RawReader reader = fixture.reader()) {
      reader.send(PortFixture.request(cold, 0));
      for (int i = 0; i < 20; i++) {
        filling.advance(10_000);
      }
      filling.end(new Answer.Complete());
      RawReader.Reply reply = reader.reply(false);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.field("x-cache")).isEqualTo("origin");
      assertThat(reply.body()).isEqualTo(FakeBlocks.content(cold, 0));
      assertThat(reply.field("signs")).isEqualTo("0");
    }
  }

  @Test
  void a_plain_reader_sees_a_reset_when_a_fill_breaks_off() throws Exception {
    Version cold = FakeBlocks.version("cold.bin", 200_000);
    FakeFilling filling = new FakeFilling(FakeBlocks.content(cold, 0));
    fixture.blocks.fills = key -> filling;
    filling.advance(50_000);
    try (RawReader reader = fixture.reader()) {
      reader.send(PortFixture.request(cold, 0));
      PortFixture.eventually("head", () -> fixture.port.counters().bytes.sum() == 50_000);
      filling.end(new Answer.Failed("filler died"));
      assertThatThrownBy(() -> reader.reply(false)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void the_resident_form_is_checksums_then_bytes() throws Exception {
    try (RawReader reader = fixture.reader()) {
      RawReader.Reply reply = get(reader, VERIFIED, "range: bytes=8192-300000");
      assertThat(reply.status()).isEqualTo(206);
      assertThat(reply.field(BlockWire.FORM)).isEqualTo("resident");
      assertThat(reply.field(BlockWire.BLOCK)).isEqualTo(OBJECT.block(0).toString());
      int cells = Blocks.cells(300_001 - 8192);
      ByteBuffer body = ByteBuffer.wrap(reply.body());
      for (int cell = 2; cell < 2 + cells; cell++) {
        CRC32C crc = new CRC32C();
        int from = cell * 4096;
        crc.update(CONTENT, from, Math.min(4096, CONTENT.length - from));
        assertThat(body.getInt()).isEqualTo((int) crc.getValue());
      }
      assertThat(body.slice()).isEqualTo(ByteBuffer.wrap(CONTENT, 8192, 300_001 - 8192).slice());
    }
  }

  @Test
  void the_checksums_of_all_cells_come_before_a_part_that_asks_for_them() throws Exception {
    try (RawReader reader = fixture.reader()) {
      RawReader.Reply reply =
          get(reader, VERIFIED, BlockWire.TABLE + ": 1", "range: bytes=8192-81919");
      assertThat(reply.status()).isEqualTo(206);
      ByteBuffer body = ByteBuffer.wrap(reply.body());
      for (int from = 0; from < CONTENT.length; from += 4096) {
        CRC32C crc = new CRC32C();
        crc.update(CONTENT, from, Math.min(4096, CONTENT.length - from));
        assertThat(body.getInt()).isEqualTo((int) crc.getValue());
      }
      assertThat(body.slice()).isEqualTo(ByteBuffer.wrap(CONTENT, 8192, 73_728).slice());
    }
  }

  @Test
  void a_verified_range_must_be_of_whole_cells() throws Exception {
    try (RawReader reader = fixture.reader()) {
      for (String range : List.of("bytes=1-4095", "bytes=0-4096", "bytes=-4096")) {
        RawReader.Reply reply = get(reader, VERIFIED, "range: " + range);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.field(BlockWire.REASON)).isEqualTo("misaligned");
        assertThat(reply.text()).contains("4096", "300001");
      }
      assertThat(get(reader, VERIFIED, "range: bytes=299008-300000").status()).isEqualTo(206);
    }
  }

  @Test
  void refuses_with_the_status_that_fits() throws Exception {
    String path = PortFixture.target(OBJECT, 0);
    String[] fields = PortFixture.fields(OBJECT, PEEK);
    try (RawReader reader = fixture.reader()) {
      expect(reader.get("/elsewhere", fields), 404, "unknown-path");
    }
    try (RawReader reader = fixture.reader()) {
      String other = path.replace(OBJECT.name().mount().toString(), "0".repeat(32));
      expect(reader.get(other, fields), 404, "unknown-mount");
      expect(get(reader, "range: bytes=300001-"), 416, "out-of-range");
      expect(reader.get(PortFixture.target(OBJECT, 1), fields), 416, "out-of-range");
      expect(
          reader.get(path, PortFixture.fields(FakeBlocks.version("a/b ü.bin", 7), PEEK)),
          404,
          "absent");
      expect(get(reader, BlockWire.DEADLINE + ": 0"), 504, "deadline");
    }
    for (List<String> bad :
        List.of(
            List.of(BlockWire.SIZE + ": 1"),
            List.of(BlockWire.IDENTITY + ": x", BlockWire.SIZE + ": 1"),
            List.of(BlockWire.IDENTITY + ": e:\"a\"", BlockWire.SIZE + ": -1"),
            List.of(BlockWire.IDENTITY + ": e:%zz", BlockWire.SIZE + ": 1"))) {
      try (RawReader reader = fixture.reader()) {
        expect(reader.get(path, bad.toArray(String[]::new)), 400, "malformed");
      }
    }
    for (String bad :
        List.of(
            "range: bytes=5-4",
            "range: bytes=0-1,3-4",
            "range: lines=0-1",
            BlockWire.KIND + ": write",
            BlockWire.FORM + ": filling",
            BlockWire.TRACE + ": a b",
            BlockWire.RING + ": " + "r".repeat(65),
            BlockWire.TRAFFIC_CLASS + ": other",
            BlockWire.DEADLINE + ": soon")) {
      try (RawReader reader = fixture.reader()) {
        expect(get(reader, bad), 400, "malformed");
        assertThat(reader.isAtEnd()).as("closed after " + bad).isTrue();
      }
    }
  }

  @Test
  void nothing_can_be_smuggled_past_it() throws Exception {
    String good = PortFixture.request(OBJECT, 0, "range: bytes=0-0");
    String line = good.substring(0, good.indexOf("\r\n") + 2);
    String rest = good.substring(line.length());
    List<String> requests =
        List.of(
            good.replace("\r\n", "\n"),
            line + "content-length: 5\r\n" + rest + "hello",
            line + "content-length: 0\r\ncontent-length: 0\r\n" + rest,
            line + "content-length: 0, 0\r\n" + rest,
            line + "content-length: +0\r\n" + rest,
            line + "transfer-encoding: chunked\r\n" + rest + "0\r\n\r\n",
            line + "transfer-encoding: identity\r\n" + rest,
            line + "Transfer-Encoding : chunked\r\n" + rest,
            line + "content-length: 4\r\ntransfer-encoding: chunked\r\n" + rest,
            line + "x-a: b\r\n folded\r\n" + rest,
            line + " x-a: b\r\n" + rest,
            line + "x-a\r\n" + rest,
            line + "x-a: b\u0000c\r\n" + rest,
            line + "x-a: b\rc: d\r\n" + rest,
            line + "host: second\r\n" + rest,
            line + "range: bytes=0-1\r\n" + rest,
            line + BlockWire.SIZE + ": 1\r\n" + rest,
            line + rest.replace("host: test\r\n", ""),
            "\r\n" + good,
            good.replaceFirst("GET ", "GET  "),
            good.replaceFirst("GET ", " GET "),
            good.replaceFirst(" HTTP/1.1", " HTTP/1.1 "),
            good.replaceFirst(" HTTP/1.1", "\tHTTP/1.1"),
            good.replaceFirst(" HTTP/1.1", ""),
            good.replaceFirst("%20", " "),
            good.replaceFirst("%20", "%2"),
            good.replaceFirst("%20", "%FF"),
            good.replaceFirst("%20", "?"),
            good.replaceFirst("/0/", "/-1/"),
            good.replaceFirst("/0/", "/99999999999/"),
            good.replaceFirst("/0/", "/0x0/"));
    for (String request : requests) {
      try (RawReader reader = fixture.reader()) {
        // The one behind must not be answered.
        RawReader.Reply reply = reader.send(request + good).reply(false);
        assertThat(reply.status()).as(request).isEqualTo(400);
        assertThat(reply.field("connection")).as(request).isEqualTo("close");
        assertThat(reader.isAtEnd()).as(request).isTrue();
      }
    }
    expectRefusedAtOnce(good.replaceFirst("GET", "POST"), 405);
    expectRefusedAtOnce(good.replaceFirst("GET", "HEAD"), 405);
    expectRefusedAtOnce(good.replaceFirst("HTTP/1.1", "HTTP/1.0"), 505);
    assertThat(fixture.blocks.leases).isEmpty();
  }

  private void expectRefusedAtOnce(String request, int status) throws IOException {
    try (RawReader reader = fixture.reader()) {
      assertThat(reader.send(request).reply(false).status()).as(request).isEqualTo(status);
      assertThat(reader.isAtEnd()).isTrue();
    }
  }

  @Test
  void a_head_has_at_most_16_KiB() throws Exception {
    String good = PortFixture.request(OBJECT, 0, "range: bytes=0-0", "x-fill: ");
    for (int length : new int[] {16_384, 16_385, 40_000}) {
      String filled = good.replace("x-fill: ", "x-fill: " + "f".repeat(length - good.length()));
      try (RawReader reader = fixture.reader()) {
        RawReader.Reply reply = reader.send(filled).reply(false);
        assertThat(reply.status()).as("%d bytes", length).isEqualTo(length > 16_384 ? 431 : 206);
      }
    }
  }

  @Test
  void keys_have_at_most_1024_bytes() throws Exception {
    for (String key : List.of("k".repeat(1024), "ü".repeat(512), "ü".repeat(512) + "k")) {
      Version version = FakeBlocks.version(key, 100);
      try (RawReader reader = fixture.reader()) {
        RawReader.Reply reply = reader.send(PortFixture.request(version, 0, PEEK)).reply(false);
        assertThat(reply.status()).isEqualTo(key.length() == 513 ? 400 : 404);
      }
    }
  }

  @Test
  void heads_may_arrive_in_any_pieces_and_one_behind_the_other() throws Exception {
    String request = PortFixture.request(OBJECT, 0, "range: bytes=7-9");
    byte[] expected = Arrays.copyOfRange(CONTENT, 7, 10);
    try (RawReader reader = fixture.reader()) {
      reader.socket.setTcpNoDelay(true);
      for (char c : request.toCharArray()) {
        reader.send(String.valueOf(c));
      }
      assertThat(reader.reply(false).body()).isEqualTo(expected);
      int pipelined = 300;
      reader.send(request.repeat(pipelined));
      for (int i = 0; i < pipelined; i++) {
        assertThat(reader.reply(false).body()).isEqualTo(expected);
      }
    }
  }

  @Test
  void requests_behind_a_slow_one_wait_within_a_bound() throws Exception {
    Version cold = FakeBlocks.version("cold.bin", 100_000);
    FakeFilling filling = new FakeFilling(FakeBlocks.content(cold, 0));
    fixture.blocks.fills = key -> filling;
    String behind = PortFixture.request(OBJECT, 0, "range: bytes=7-9");
    try (RawReader reader = fixture.reader()) {
      reader.send(PortFixture.request(cold, 0));
      reader.send(behind.repeat(200));
      assertThat(filling.listenedTo.await(5, TimeUnit.SECONDS)).isTrue();
      filling.complete();
      assertThat(reader.reply(false).body()).hasSize(100_000);
      for (int i = 0; i < 200; i++) {
        assertThat(reader.reply(false).body()).hasSize(3);
      }
    }
  }

  @Test
  void head_requests_tell_what_a_peek_would_get() throws Exception {
    String head =
        PortFixture.request(OBJECT, 0, PEEK, "range: bytes=0-99999").replaceFirst("GET", "HEAD");
    try (RawReader reader = fixture.reader()) {
      RawReader.Reply reply = reader.send(head).reply(true);
      assertThat(reply.status()).isEqualTo(206);
      assertThat(reply.field("content-length")).isEqualTo("100000");
      String absent = head.replaceFirst("/0/", "/0/x");
      assertThat(reader.send(absent).reply(true).status()).isEqualTo(404);
      assertThat(get(reader, "range: bytes=0-1").body()).hasSize(2);
    }
    PortFixture.eventually("two bytes", () -> fixture.port.counters().bytes.sum() == 2);
  }

  @Test
  void connection_close_is_honoured() throws Exception {
    try (RawReader reader = fixture.reader()) {
      RawReader.Reply reply = get(reader, "connection: close");
      assertThat(reply.field("connection")).isEqualTo("close");
      assertThat(reply.body()).isEqualTo(CONTENT);
      assertThat(reader.isAtEnd()).isTrue();
    }
  }

  @Test
  void frames_and_empty_frames_make_up_the_length_that_was_promised() throws Exception {
    Version cold = FakeBlocks.version("cold.bin", 150_000);
    byte[] content = FakeBlocks.content(cold, 0);
    FakeFilling filling = new FakeFilling(content);
    fixture.blocks.fills = key -> filling;
    filling.advance(70_000);
    try (RawReader reader = fixture.reader()) {
      reader.send(PortFixture.request(cold, 0, VERIFIED, BlockWire.DEADLINE + ": 9000"));
      PortFixture.eventually("a sign", () -> fixture.port.counters().signsOfLife.sum() > 0);
      filling.complete();
      RawReader.Reply reply = reader.reply(false);
      int heartbeats = Integer.parseInt(reply.field(BlockWire.HEARTBEATS));
      assertThat(heartbeats).isBetween(30, 47);
      assertThat(reply.body()).hasSize((int) (150_000 + 8L * (3 + heartbeats)));
      ByteBuffer body = ByteBuffer.wrap(reply.body());
      ByteBuffer data = ByteBuffer.allocate(150_000);
      int frames = 0;
      while (body.hasRemaining()) {
        int length = body.getInt();
        int checksum = body.getInt();
        CRC32C crc = new CRC32C();
        crc.update(body.slice().limit(length));
        assertThat(checksum).isEqualTo((int) crc.getValue());
        data.put(body.slice().limit(length));
        body.position(body.position() + length);
        frames++;
      }
      // A frame that left with a sign of life, before it was full, takes an empty one's place.
      assertThat(frames).isEqualTo(3 + heartbeats);
      assertThat(data.array()).isEqualTo(content);
    }
  }

  @Test
  void a_taken_port_is_named() throws Exception {
    try (BlockPort second =
        new BlockPort(
            BlockPortSettings.defaults(),
            PeerAdmission.everyone(),
            fixture.blocks,
            Nic.UNLIMITED,
            () -> "",
            ring -> {})) {
      assertThatThrownBy(() -> second.bind("127.0.0.1", fixture.number))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + fixture.number)
          .hasMessageContaining("in use");
    }
  }

  private RawReader.Reply get(RawReader reader, String... more) throws IOException {
    return reader.send(PortFixture.request(OBJECT, 0, more)).reply(false);
  }

  private static void expect(RawReader.Reply reply, int status, String reason) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.field(BlockWire.REASON)).isEqualTo(reason);
    assertThat(reply.text()).isNotBlank();
  }
}
