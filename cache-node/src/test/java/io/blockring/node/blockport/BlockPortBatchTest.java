package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.OriginException;
import io.blockring.client.peer.BatchWire;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.host.Nic;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches as docs/design/block-port.md tells them, without our own reader. */
class BlockPortBatchTest {
  private static final String PEEK = BlockWire.KIND + ": peek";

  @TempDir Path folder;
  private PortFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new PortFixture(folder, settings -> settings, true, PeerAdmission.everyone(), nic());
  }

  /** What the port may send; others run the same tests with less. */
  Nic nic() {
    return Nic.UNLIMITED;
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  /** So many objects of 10,000 bytes, resident. */
  private List<BlockRange> resident(int count) throws IOException {
    List<BlockRange> ranges = objects(count);
    for (BlockRange range : ranges) {
      fixture.blocks.store(range.version(), 0);
    }
    return ranges;
  }

  private static List<BlockRange> objects(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> BlockRange.whole(FakeBlocks.version("ob/ü-" + i, 10_000 + i), 0))
        .toList();
  }

  /** Fills that go on when a test says so, in the order of the ranges. */
  private List<FakeFilling> fillsOf(List<BlockRange> ranges) {
    List<FakeFilling> fills =
        ranges.stream()
            .map(range -> new FakeFilling(FakeBlocks.content(range.version(), 0)))
            .toList();
    List<BlockKey> keys = ranges.stream().map(BlockRange::key).toList();
    fixture.blocks.fills = key -> fills.get(keys.indexOf(key));
    return fills;
  }

  private FakeLease.Script script(BlockRange range) {
    return Objects.requireNonNull(fixture.blocks.resident.get(range.key()), "stored before");
  }

  @Test
  void what_is_here_comes_in_the_order_asked() throws Exception {
    List<BlockRange> ranges = new ArrayList<>(resident(BatchWire.MAX_ITEMS - 2));
    Version large = FakeBlocks.version("large", 900_000);
    fixture.blocks.store(large, 0).isPacked = true;
    ranges.add(new BlockRange(large, 0, 8_192, 65_536));
    ranges.add(new BlockRange(large, 0, 897_024, 2_976));
    long bytes = ranges.stream().mapToLong(BlockRange::length).sum();
    try (RawReader reader = fixture.reader()) {
      for (int round = 0; round < 3; round++) {
        reader.send(BatchReply.request(ranges, BlockWire.TRACE + ": my-trace"));
        RawReader.Reply head = BatchReply.head(reader);
        assertThat(head.fields())
            .containsEntry(BatchWire.ITEMS, "256")
            .containsEntry(BlockWire.TRACE, "my-trace")
            .containsEntry(BlockWire.RING, "ring-a");
        List<BatchReply.Item> items = BatchReply.rest(reader);
        assertThat(items).hasSize(ranges.size());
        for (int i = 0; i < ranges.size(); i++) {
          assertThat(items.get(i).number()).isEqualTo(i);
          items.get(i).expect(ranges.get(i), Rung.SSD);
        }
      }
    }
    BlockPortCounters counters = fixture.port.counters();
    assertThat(counters.requests("batch", 200)).isEqualTo(3);
    PortFixture.eventually(
        "all counted", () -> counters.batchItemsSent.sum() == 3L * ranges.size());
    assertThat(counters.bytes.sum()).isEqualTo(3 * bytes);
    assertThat(fixture.blocks.delivered).hasValue(3 * bytes);
    assertThat(counters.connections.sum()).isEqualTo(1);
  }

  @Test
  void batches_and_single_requests_share_a_connection_however_they_are_cut() throws Exception {
    List<BlockRange> ranges = resident(3);
    String batch = BatchReply.request(ranges);
    String single = PortFixture.request(ranges.get(0).version(), 0);
    String all = batch + single + batch;
    for (int cut = 1; cut < all.length(); cut += 7) {
      try (RawReader reader = fixture.reader()) {
        reader.send(all.substring(0, cut));
        reader.send(all.substring(cut));
        assertThat(BatchReply.read(reader)).hasSize(3);
        assertThat(reader.reply(false).status()).isEqualTo(200);
        assertThat(BatchReply.read(reader)).hasSize(3);
      }
    }
  }

  @Test
  void an_item_that_waits_for_its_disk_holds_up_no_other() throws Exception {
    List<BlockRange> ranges = resident(40);
    FakeLease.Script cold = script(ranges.get(1));
    cold.isCold = true;
    cold.loading = new CompletableFuture<>();
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      BatchReply.head(reader);
      for (int i = 0; i < 39; i++) {
        BatchReply.Item item = BatchReply.nextItem(reader);
        assertThat(item.number()).isEqualTo(i < 1 ? i : i + 1);
        item.expect(ranges.get(item.number()), Rung.SSD);
      }
      cold.loading.complete(null);
      List<BatchReply.Item> last = BatchReply.rest(reader);
      assertThat(last).hasSize(1);
      last.getFirst().expect(ranges.get(1), Rung.SSD);
    }
  }

  @Test
  void fills_start_together_and_each_item_leaves_as_it_comes_in() throws Exception {
    List<BlockRange> ranges = objects(BatchAnswer.MOST_WAITING + 4);
    List<FakeFilling> fills = fillsOf(ranges);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      PortFixture.eventually(
          "as many as may", () -> fixture.blocks.scopes.size() == BatchAnswer.MOST_WAITING);
      fills.get(5).complete();
      BatchReply.head(reader);
      BatchReply.nextItem(reader).expect(ranges.get(5), Rung.ORIGIN);
      PortFixture.eventually(
          "one more", () -> fixture.blocks.scopes.size() == BatchAnswer.MOST_WAITING + 1);
      fills.reversed().forEach(FakeFilling::complete);
      assertThat(BatchReply.rest(reader)).hasSize(ranges.size() - 1);
    }
  }

  @Test
  void what_is_here_is_sent_while_as_many_wait_as_may() throws Exception {
    List<BlockRange> ranges = objects(BatchAnswer.MOST_WAITING + 42);
    List<FakeFilling> fills = fillsOf(ranges);
    List<BlockRange> here = ranges.subList(BatchAnswer.MOST_WAITING + 1, ranges.size());
    for (BlockRange range : here) {
      fixture.blocks.store(range.version(), 0);
    }
    FakeLease.Script cold = script(here.getFirst());
    cold.isCold = true;
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      BatchReply.head(reader);
      for (BlockRange range : here.subList(1, here.size())) {
        BatchReply.nextItem(reader).expect(range, Rung.SSD);
      }
      assertThat(fixture.blocks.scopes).hasSize(BatchAnswer.MOST_WAITING);
      assertThat(cold.loadAsked.getCount()).as("not loaded").isEqualTo(1);
      fills.forEach(FakeFilling::complete);
      assertThat(BatchReply.rest(reader)).hasSize(BatchAnswer.MOST_WAITING + 2);
    }
  }

  @Test
  void what_left_the_page_cache_meanwhile_is_loaded_again() throws Exception {
    List<BlockRange> ranges = resident(3);
    FakeLease.Script dropped = script(ranges.get(0));
    dropped.isDropped = true;
    dropped.loading = new CompletableFuture<>();
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      assertThat(dropped.loadAsked.await(5, TimeUnit.SECONDS)).isTrue();
      BatchReply.head(reader);
      BatchReply.nextItem(reader).expect(ranges.get(1), Rung.SSD);
      BatchReply.nextItem(reader).expect(ranges.get(2), Rung.SSD);
      dropped.loading.complete(null);
      BatchReply.rest(reader).getFirst().expect(ranges.get(0), Rung.SSD);
    }
  }

  @Test
  void what_is_found_wrong_after_the_deadline_is_not_filled() throws Exception {
    List<BlockRange> ranges = resident(1);
    FakeLease.Script script = script(ranges.getFirst());
    script.isHeaderCorrupt = true;
    script.whenProved =
        () -> {
          long passed = System.nanoTime() + 100_000_000;
          PortFixture.eventually("the deadline passes", () -> System.nanoTime() - passed > 0);
        };
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges, BlockWire.DEADLINE + ": 100"));
      assertThat(BatchReply.read(reader).getFirst().trouble()).startsWith("deadline - 0\n");
    }
    assertThat(fixture.blocks.scopes).isEmpty();
  }

  @Test
  void every_no_travels_with_its_item() throws Exception {
    List<BlockRange> ranges = objects(6);
    List<Answer> ends =
        List.of(
            new Answer.Absent("not there"),
            new Answer.Changed("overwritten"),
            new Answer.Busy("too much", Duration.ofMillis(1_234)),
            new Answer.OriginTrouble(
                OriginException.Kind.DENIED, "the bucket said 403", Duration.ZERO),
            new Answer.Failed("no luck"),
            new Answer.Complete());
    List<FakeFilling> fills = fillsOf(ranges);
    for (int i = 0; i < ends.size(); i++) {
      fills.get(i).end(ends.get(i));
    }
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      List<BatchReply.Item> items = BatchReply.read(reader);
      assertThat(items.stream().map(item -> item.trouble().lines().findFirst().orElseThrow()))
          .containsExactly(
              "absent - 0",
              "changed - 0",
              "busy - 1234",
              "origin-trouble DENIED 0",
              "failed - 0",
              "failed - 0");
      for (int i = 0; i < items.size(); i++) {
        assertThat(items.get(i).block()).isEqualTo(ranges.get(i).key());
      }
    }
    PortFixture.eventually(
        "all counted", () -> fixture.port.counters().batchItemsRefused.sum() == 6);
  }

  @Test
  void items_that_name_nothing_are_refused_one_by_one() throws Exception {
    BlockRange here = resident(1).getFirst();
    ByteBuffer body = ByteBuffer.allocate(3_000);
    put(body, "x", "no identity", 10, 0, 0, 10);
    put(body, "", "e:\"1\"", 10, 0, 0, 10);
    put(body, "x", "e:\"1\"", -5, 0, 0, 10);
    put(body, "x", "e:\"1\"", 10, 1, 0, 10);
    put(body, "x", "e:\"1\"", 10, 0, 0, 11);
    put(body, "x", "e:\"1\"", 9_000, 0, 0, 100);
    put(body, "x", "e:\"1\"", 10, 0, -1, 10);
    put(body, "x".repeat(BlockWire.MAX_KEY_BYTES + 1), "e:\"1\"", 10, 0, 0, 10);
    BatchWire.putItem(body, here);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(FakeBlocks.MOUNT, 9, used(body)));
      List<BatchReply.Item> items = BatchReply.read(reader);
      assertThat(
              items.subList(0, 8).stream()
                  .map(item -> item.trouble().substring(0, item.trouble().indexOf(' '))))
          .containsExactly(
              "malformed",
              "malformed",
              "malformed",
              "out-of-range",
              "out-of-range",
              "misaligned",
              "out-of-range",
              "malformed");
      items.get(8).expect(here, Rung.SSD);
    }
  }

  private static void put(
      ByteBuffer body, String key, String identity, long size, int block, int offset, int length) {
    body.putShort((short) key.length()).putShort((short) identity.length());
    body.putLong(size).putInt(block).putInt(offset).putInt(length);
    body.put(key.getBytes(StandardCharsets.UTF_8)).put(identity.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] used(ByteBuffer body) {
    byte[] bytes = new byte[body.position()];
    body.get(0, bytes);
    return bytes;
  }

  @Test
  void a_batch_that_is_none_is_refused_as_a_whole() throws Exception {
    BlockRange range = resident(1).getFirst();
    ByteBuffer item = ByteBuffer.allocate(BatchWire.itemBytes(range));
    BatchWire.putItem(item, range);
    byte[] body = item.array();
    ByteBuffer large = ByteBuffer.allocate(200);
    put(large, "x", "e:\"1\"", 1 << 20, 0, 0, BatchWire.MAX_ITEM_BYTES + 1);
    byte[] cut = body.clone();
    cut[1] = 99;
    ByteBuffer tooMuch = ByteBuffer.allocate(8_000);
    for (int i = 0; i < 65; i++) {
      put(tooMuch, "x", "e:\"1\"", 1 << 20, 0, 0, BatchWire.MAX_ITEM_BYTES);
    }
    MountId mount = FakeBlocks.MOUNT;
    List<String> requests =
        List.of(
            BatchReply.request(mount, 2, body),
            BatchReply.request(mount, 1, concat(body, new byte[1])),
            BatchReply.request(mount, 0, body),
            BatchReply.request(mount, BatchWire.MAX_ITEMS + 1, body),
            BatchReply.request(mount, 1, new byte[0]),
            BatchReply.request(mount, 1, new byte[BatchWire.MAX_BODY_BYTES + 1]),
            BatchReply.request(mount, 1, used(large)),
            BatchReply.request(mount, 1, cut),
            BatchReply.request(mount, 65, used(tooMuch)),
            BatchReply.request(mount, 1, body, "transfer-encoding: chunked"),
            BatchReply.request(mount, 1, body, BlockWire.KIND + ": write"),
            BatchReply.request(mount, 1, body).replaceFirst("content-length: \\d+\r\n", ""),
            BatchReply.request(mount, 1, body).replaceFirst("host: test\r\n", ""),
            BatchReply.request(mount, 1, body).replaceFirst("HTTP/1.1", "HTTP/1.0"),
            BatchReply.request(mount, 1, body).replace(mount.toString(), "no-mount"));
    for (String request : requests) {
      try (RawReader reader = fixture.reader()) {
        RawReader.Reply reply = reader.send(request).reply(false);
        assertThat(reply.status()).as(request).isEqualTo(400);
        assertThat(reply.fields())
            .as(request)
            .containsEntry(BlockWire.REASON, "malformed")
            .containsEntry("connection", "close");
      }
    }
    assertThat(fixture.blocks.leases).isEmpty();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  @Test
  void an_unknown_mount_is_absent_and_the_connection_goes_on() throws Exception {
    List<BlockRange> ranges = resident(2);
    MountId other = MountId.of("s3://other", "", FakeBlocks.BLOCK_BYTES, "etag");
    try (RawReader reader = fixture.reader()) {
      reader.send(
          BatchReply.request(ranges).replace(FakeBlocks.MOUNT.toString(), other.toString()));
      RawReader.Reply reply = reader.reply(false);
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.field(BlockWire.REASON)).isEqualTo("unknown-mount");
      reader.send(BatchReply.request(ranges));
      assertThat(BatchReply.read(reader)).hasSize(2);
    }
  }

  @Test
  void a_peek_never_fills() throws Exception {
    List<BlockRange> ranges = new ArrayList<>(resident(1));
    ranges.addAll(objects(3).subList(1, 3));
    FakeFilling running = new FakeFilling(FakeBlocks.content(ranges.get(2).version(), 0));
    running.complete();
    fixture.blocks.running.put(ranges.get(2).key(), running);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges, PEEK));
      List<BatchReply.Item> items = BatchReply.read(reader);
      items.get(0).expect(ranges.get(0), Rung.SSD);
      assertThat(items.get(1).trouble()).startsWith("absent - 0\n");
      items.get(2).expect(ranges.get(2), Rung.ORIGIN);
    }
    assertThat(fixture.blocks.scopes).isEmpty();
  }

  @Test
  void what_is_wrong_or_unreadable_here_is_filled() throws Exception {
    List<BlockRange> ranges = resident(4);
    script(ranges.get(0)).isHeaderCorrupt = true;
    FakeLease.Script packed = script(ranges.get(1));
    packed.isPacked = true;
    packed.isCorrupt = true;
    FakeLease.Script unreadable = script(ranges.get(2));
    unreadable.isCold = true;
    unreadable.loading = CompletableFuture.failedFuture(new IOException("EIO"));
    fillsOf(ranges).forEach(FakeFilling::complete);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      List<BatchReply.Item> items = BatchReply.read(reader);
      assertThat(items).hasSize(4);
      for (BatchReply.Item item : items) {
        item.expect(ranges.get(item.number()), item.number() == 3 ? Rung.SSD : Rung.ORIGIN);
      }
    }
  }

  @Test
  void a_broken_item_costs_no_other() throws Exception {
    List<BlockRange> ranges = resident(3);
    script(ranges.get(1)).isThrowing = true;
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      List<BatchReply.Item> items = BatchReply.read(reader);
      items.get(0).expect(ranges.get(0), Rung.SSD);
      assertThat(items.get(1).trouble()).startsWith("failed - 0\ninternal error");
      items.get(2).expect(ranges.get(2), Rung.SSD);
    }
  }

  @Test
  void a_disk_that_takes_no_order_keeps_no_lease() throws Exception {
    List<BlockRange> ranges = resident(3);
    script(ranges.get(1)).isCold = true;
    script(ranges.get(1)).isLoadThrowing = true;
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      List<BatchReply.Item> items = BatchReply.read(reader);
      assertThat(items).hasSize(3);
      assertThat(items.get(1).trouble()).startsWith("failed - 0\ninternal error");
    }
    fixture.expectAllClosed();
  }

  @Test
  void bytes_that_were_given_back_are_to_be_asked_for_again() throws Exception {
    BlockRange range = objects(1).getFirst();
    FakeFilling filling = fillsOf(List.of(range)).getFirst();
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(List.of(range)));
      assertThat(filling.listenedTo.await(5, TimeUnit.SECONDS)).isTrue();
      PortFixture.eventually(
          "left to its slot",
          () -> {
            filling.giveBack();
            return !filling.read(0, ByteBuffer.allocate(0));
          });
      filling.complete();
      assertThat(BatchReply.read(reader).getFirst().trouble()).startsWith("lagged - 0\n");
    }
  }

  @Test
  void signs_of_life_come_before_the_head_and_between_records() throws Exception {
    List<BlockRange> ranges = objects(2);
    List<FakeFilling> fills = fillsOf(ranges);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      PortFixture.eventually("two 102s", () -> fixture.port.counters().signsOfLife.sum() >= 2);
      fills.get(1).complete();
      assertThat(Integer.parseInt(BatchReply.head(reader).field("signs")))
          .isGreaterThanOrEqualTo(2);
      BatchReply.nextItem(reader).expect(ranges.get(1), Rung.ORIGIN);
      for (int i = 0; i < 2; i++) {
        assertThat(BatchReply.nextItem(reader).kind()).isEqualTo(3);
      }
      fills.get(0).complete();
      BatchReply.rest(reader).getFirst().expect(ranges.get(0), Rung.ORIGIN);
    }
  }

  @Test
  void at_the_deadline_every_item_has_its_answer_and_the_reply_ends_in_order() throws Exception {
    List<BlockRange> ranges = new ArrayList<>(objects(2 * BatchAnswer.MOST_WAITING));
    fillsOf(ranges);
    BlockRange here = ranges.get(3);
    fixture.blocks.store(here.version(), 0);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges, BlockWire.DEADLINE + ": 300"));
      List<BatchReply.Item> items = BatchReply.read(reader);
      assertThat(items).hasSize(ranges.size());
      items.getFirst().expect(here, Rung.SSD);
      assertThat(items.subList(1, items.size()))
          .allSatisfy(item -> assertThat(item.trouble()).startsWith("deadline - 0\n"));
      reader.send(BatchReply.request(List.of(here)));
      BatchReply.read(reader).getFirst().expect(here, Rung.SSD);
    }
  }

  @Test
  void a_reader_that_leaves_frees_what_was_held_for_it() throws Exception {
    List<BlockRange> ranges = resident(30);
    FakeLease.Script cold = script(ranges.get(0));
    cold.isCold = true;
    cold.loading = new CompletableFuture<>();
    BlockRange missing = objects(31).getLast();
    FakeFilling filling = fillsOf(List.of(missing)).getFirst();
    List<BlockRange> all = new ArrayList<>(ranges);
    all.add(1, missing);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(all));
      assertThat(cold.loadAsked.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(filling.listenedTo.await(5, TimeUnit.SECONDS)).isTrue();
    }
    PortFixture.eventually("let go of the fill", () -> filling.closings.get() == 1);
    assertThat(fixture.blocks.leases.getFirst().closings).as("a disk works on it").hasValue(0);
    cold.loading.complete(null);
    fixture.expectAllClosed();
  }

  @Test
  void a_body_that_does_not_come_is_not_waited_for() throws Exception {
    BlockRange range = objects(1).getFirst();
    try (PortFixture hasty =
            new PortFixture(
                folder, settings -> PortFixture.settings(4096, 60_000, 200, 30_000, 1), true);
        RawReader reader = hasty.reader()) {
      String request = BatchReply.request(List.of(range));
      reader.send(request.substring(0, request.indexOf("\r\n\r\n") + 4));
      assertThat(reader.reply(false).status()).isEqualTo(408);
      assertThat(reader.isAtEnd()).isTrue();
    }
  }

  @Test
  void a_reader_that_takes_nothing_is_reset_and_holds_little_meanwhile() throws Exception {
    try (PortFixture strict =
        new PortFixture(
            folder, settings -> PortFixture.settings(4096, 60_000, 5_000, 300, 1), true)) {
      List<BlockRange> ranges =
          IntStream.range(0, 60)
              .mapToObj(i -> BlockRange.whole(FakeBlocks.version("slow-" + i, 65_536), 0))
              .toList();
      for (BlockRange range : ranges) {
        strict.blocks.store(range.version(), 0);
      }
      try (RawReader reader = new RawReader(strict.number, 4_096)) {
        reader.send(BatchReply.request(ranges));
        PortFixture.eventually("reset", () -> strict.port.counters().slowReaders.sum() == 1);
        assertThat(strict.port.counters().bytes.sum()).isLessThan(40L * 65_536);
        assertThat(readAll(reader)).isTrue();
      }
      strict.expectAllClosed();
    }
  }

  @Test
  void what_the_kernel_has_not_taken_is_not_counted() throws Exception {
    BlockPortSettings defaults = PortFixture.settings(4096, 60_000, 5_000, 300, 1);
    BlockPortSettings small =
        new BlockPortSettings(
            1,
            4_096,
            defaults.turnBytes(),
            defaults.maxConnections(),
            defaults.idleTimeout(),
            defaults.headTimeout(),
            defaults.stallTimeout(),
            defaults.plainReplyTime(),
            defaults.defaultDeadline(),
            1,
            1,
            defaults.drain());
    try (PortFixture strict = new PortFixture(folder, settings -> small, true)) {
      List<BlockRange> ranges =
          IntStream.range(0, BatchAnswer.ITEMS_PER_TURN)
              .mapToObj(i -> BlockRange.whole(FakeBlocks.version("turn-" + i, 16_384), 0))
              .toList();
      for (BlockRange range : ranges) {
        strict.blocks.store(range.version(), 0);
      }
      try (RawReader reader = new RawReader(strict.number, 4_096)) {
        reader.send(BatchReply.request(ranges));
        PortFixture.eventually("reset", () -> strict.port.counters().slowReaders.sum() == 1);
      }
      assertThat(strict.port.counters().batchItemsSent.sum()).isZero();
      assertThat(strict.port.counters().bytes.sum()).isZero();
    }
  }

  @Test
  void bodies_that_come_in_are_bounded_together() throws Exception {
    BlockPortCounters counters = fixture.port.counters();
    String request = BatchReply.request(FakeBlocks.MOUNT, 1, new byte[BatchWire.MAX_BODY_BYTES]);
    String head = request.substring(0, request.indexOf("\r\n\r\n") + 4);
    List<RawReader> readers = new ArrayList<>();
    try {
      for (int i = 0; i < Connection.MOST_BODY_BYTES / BatchWire.MAX_BODY_BYTES; i++) {
        readers.add(fixture.reader().send(head));
      }
      PortFixture.eventually(
          "all there", () -> counters.batchBodyBytes.sum() == Connection.MOST_BODY_BYTES);
      try (RawReader oneMore = fixture.reader()) {
        RawReader.Reply reply = oneMore.send(head).reply(false);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.field(BlockWire.REASON)).isEqualTo("busy");
      }
    } finally {
      for (RawReader reader : readers) {
        reader.close();
      }
    }
    PortFixture.eventually("let go of", () -> counters.batchBodyBytes.sum() == 0);
    List<BlockRange> ranges = resident(2);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges));
      assertThat(BatchReply.read(reader)).hasSize(2);
    }
    PortFixture.eventually("let go of", () -> counters.batchBodyBytes.sum() == 0);
  }

  @Test
  void a_reader_that_takes_nothing_holds_few_fills() throws Exception {
    AtomicInteger mostHeld = new AtomicInteger();
    try (PortFixture strict =
            new PortFixture(
                folder, settings -> PortFixture.settings(4096, 60_000, 5_000, 300, 1), true);
        ExecutorService filler = Executors.newSingleThreadExecutor()) {
      List<BlockRange> ranges =
          IntStream.range(0, BatchWire.MAX_ITEMS)
              .mapToObj(i -> BlockRange.whole(FakeBlocks.version("fill-" + i, 16_384), 0))
              .toList();
      Map<BlockKey, byte[]> contents =
          ranges.stream()
              .collect(
                  Collectors.toMap(
                      BlockRange::key, range -> FakeBlocks.content(range.version(), 0)));
      strict.blocks.fills =
          key -> {
            FakeFilling filling = new FakeFilling(Objects.requireNonNull(contents.get(key)));
            filler.execute(filling::complete);
            mostHeld.accumulateAndGet(1 + held(strict), Math::max);
            return filling;
          };
      try (RawReader reader = new RawReader(strict.number, 4_096)) {
        reader.send(BatchReply.request(ranges));
        PortFixture.eventually("reset", () -> strict.port.counters().slowReaders.sum() == 1);
      }
      assertThat(mostHeld.get())
          .isLessThanOrEqualTo(BatchAnswer.MOST_WAITING + BatchAnswer.ITEMS_PER_TURN);
    }
  }

  private static int held(PortFixture fixture) {
    return fixture.blocks.running.values().stream()
        .mapToInt(filling -> filling.openings.get() - filling.closings.get())
        .sum();
  }

  /** Whether it ended before its end. */
  private static boolean readAll(RawReader reader) throws IOException {
    try {
      BatchReply.read(reader);
      return false;
    } catch (SocketException | EOFException e) {
      return true;
    }
  }

  @Test
  void another_ring_is_heard_of() throws Exception {
    List<BlockRange> ranges = resident(2);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges, BlockWire.RING + ": ring-b"));
      assertThat(BatchReply.read(reader)).hasSize(2);
    }
    assertThat(fixture.otherRings).containsExactly("ring-b");
  }

  @Test
  void the_last_reply_says_so() throws Exception {
    List<BlockRange> ranges = resident(2);
    try (RawReader reader = fixture.reader()) {
      reader.send(BatchReply.request(ranges, "connection: close"));
      assertThat(BatchReply.head(reader).field("connection")).isEqualTo("close");
      assertThat(BatchReply.rest(reader)).hasSize(2);
      assertThat(reader.isAtEnd()).isTrue();
    }
  }
}
