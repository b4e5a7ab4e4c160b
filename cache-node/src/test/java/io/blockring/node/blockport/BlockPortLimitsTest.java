package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers that leave, stall or come in too great numbers. At the end of each test the fixture
 * checks that every lease was closed exactly once and no buffer was left behind.
 */
class BlockPortLimitsTest {
  private static final Version OBJECT = FakeBlocks.version("object.bin", FakeBlocks.BLOCK_BYTES);

  @TempDir Path folder;

  @Test
  void a_reader_that_leaves_in_the_middle_of_a_block_frees_its_lease() throws Exception {
    try (PortFixture fixture = new PortFixture(folder)) {
      fixture.blocks.store(OBJECT, 0);
      try (RawReader reader = new RawReader(fixture.number, 4096)) {
        reader.send(PortFixture.request(OBJECT, 0, BlockWire.FORM + ": verified"));
        reader.bytes(10_000);
        assertThat(fixture.blocks.leases.getFirst().closings).hasValue(0);
      }
      fixture.expectAllClosed();
      PortFixture.eventually(
          "connection gone", () -> fixture.port.counters().openConnections.sum() == 0);
    }
  }

  @Test
  void a_reader_that_leaves_while_a_disk_reads_frees_its_lease_afterwards() throws Exception {
    try (PortFixture fixture = new PortFixture(folder)) {
      FakeLease.Script script = fixture.blocks.store(OBJECT, 0);
      script.isCold = true;
      script.loading = new CompletableFuture<>();
      try (RawReader reader = fixture.reader()) {
        reader.send(PortFixture.request(OBJECT, 0));
        assertThat(script.loadAsked.await(5, TimeUnit.SECONDS)).isTrue();
      }
      PortFixture.eventually(
          "connection gone", () -> fixture.port.counters().openConnections.sum() == 0);
      assertThat(fixture.blocks.leases.getFirst().closings).hasValue(0);
      script.loading.complete(null);
    }
  }

  @Test
  void a_reader_that_leaves_a_running_fill_lets_go_of_it() throws Exception {
    try (PortFixture fixture = new PortFixture(folder)) {
      FakeFilling filling = new FakeFilling(FakeBlocks.content(OBJECT, 0));
      fixture.blocks.fills = key -> filling;
      filling.advance(300_000);
      for (String form : List.of("x-none: 1", BlockWire.FORM + ": verified")) {
        try (RawReader reader = fixture.reader()) {
          reader.send(PortFixture.request(OBJECT, 0, form));
          reader.bytes(1_000);
        }
        fixture.expectAllClosed();
        filling.advance(1);
      }
    }
  }

  @Test
  void a_deadline_that_passes_is_504_before_the_head_and_a_broken_reply_after_it()
      throws Exception {
    try (PortFixture fixture = new PortFixture(folder)) {
      FakeFilling filling = new FakeFilling(FakeBlocks.content(OBJECT, 0));
      fixture.blocks.fills = key -> filling;
      String deadline = BlockWire.DEADLINE + ": 120";
      String verified = BlockWire.FORM + ": verified";
      try (RawReader reader = fixture.reader()) {
        RawReader.Reply reply =
            reader.send(PortFixture.request(OBJECT, 0, deadline, verified)).reply(false);
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.field("signs")).isEqualTo("1");
        fixture.expectAllClosed();
        filling.advance(100_000);
        reader.send(PortFixture.request(OBJECT, 0, deadline, verified));
        assertThatThrownBy(() -> reader.reply(false)).isInstanceOf(IOException.class);
      }
      PortFixture.eventually("broken off", () -> fixture.port.counters().brokenOff.sum() == 1);
    }
  }

  @Test
  void a_cold_block_that_comes_too_late_is_504() throws Exception {
    try (PortFixture fixture = new PortFixture(folder)) {
      FakeLease.Script script = fixture.blocks.store(OBJECT, 0);
      script.isCold = true;
      script.loading = new CompletableFuture<>();
      try (RawReader reader = fixture.reader()) {
        reader.send(PortFixture.request(OBJECT, 0, BlockWire.DEADLINE + ": 100"));
        assertThat(reader.reply(false).status()).isEqualTo(504);
        assertThat(fixture.blocks.leases.getFirst().closings).hasValue(0);
        script.loading.complete(null);
        fixture.expectAllClosed();
      }
    }
  }

  @Test
  void rotten_bytes_never_leave_to_a_reader_that_does_not_check() throws Exception {
    try (PortFixture fixture = new PortFixture(folder)) {
      for (String range : List.of("range: bytes=0-99", "range: bytes=0-999999")) {
        fixture.blocks.resident.clear();
        Version version = FakeBlocks.version("rotten" + range.length(), FakeBlocks.BLOCK_BYTES);
        fixture.blocks.store(version, 0).rot(50);
        try (RawReader reader = fixture.reader()) {
          String request = PortFixture.request(version, 0, range, BlockWire.KIND + ": peek");
          assertThat(reader.send(request).reply(false).status()).isEqualTo(404);
        }
      }
    }
  }

  @Test
  void a_reader_that_takes_nothing_is_reset() throws Exception {
    try (PortFixture fixture = with(s -> PortFixture.settings(10, 60_000, 5_000, 300, 1))) {
      fixture.blocks.store(OBJECT, 0);
      Version second = FakeBlocks.version("second.bin", FakeBlocks.BLOCK_BYTES);
      FakeFilling filling = new FakeFilling(FakeBlocks.content(second, 0));
      filling.complete();
      fixture.blocks.fills = key -> filling;
      for (Version version : List.of(OBJECT, second)) {
        try (RawReader reader = new RawReader(fixture.number, 4096)) {
          // More than both sides' buffers hold.
          reader.send(PortFixture.request(version, 0).repeat(8));
          long before = fixture.port.counters().slowReaders.sum();
          PortFixture.eventually(
              "reset", () -> fixture.port.counters().slowReaders.sum() == before + 1);
          fixture.expectAllClosed();
          assertThatThrownBy(() -> reader.bytes(8 * FakeBlocks.BLOCK_BYTES))
              .isInstanceOf(IOException.class);
        }
      }
    }
  }

  @Test
  void what_waits_for_a_slow_reader_of_a_fill_is_bounded() throws Exception {
    try (PortFixture fixture = new PortFixture(folder)) {
      Version version = FakeBlocks.version("big", FakeBlocks.BLOCK_BYTES);
      FakeFilling filling = new FakeFilling(FakeBlocks.content(version, 0));
      filling.complete();
      fixture.blocks.fills = key -> filling;
      try (RawReader reader = new RawReader(fixture.number, 4096)) {
        reader.send(PortFixture.request(version, 0).repeat(20));
        // Whatever the reader takes moves at most a window more; nothing is copied in the node.
        for (int i = 0; i < 20; i++) {
          assertThat(reader.reply(false).body()).isEqualTo(FakeBlocks.content(version, 0));
        }
      }
    }
  }

  @Test
  void a_head_that_does_not_come_is_408_and_an_idle_connection_is_closed() throws Exception {
    try (PortFixture fixture = with(s -> PortFixture.settings(10, 150, 100, 30_000, 1))) {
      try (RawReader reader = fixture.reader()) {
        RawReader.Reply reply = reader.send("GET /v1/blocks/").reply(false);
        assertThat(reply.status()).isEqualTo(408);
        assertThat(reader.isAtEnd()).isTrue();
      }
      try (RawReader reader = fixture.reader()) {
        assertThat(reader.isAtEnd()).isTrue();
      }
    }
  }

  @Test
  void one_connection_too_many_is_told_503_and_a_place_that_gets_free_is_given_away()
      throws Exception {
    try (PortFixture fixture = with(s -> PortFixture.settings(2, 60_000, 5_000, 30_000, 1))) {
      fixture.blocks.store(OBJECT, 0);
      String request = PortFixture.request(OBJECT, 0, "range: bytes=0-9");
      List<RawReader> taken = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        taken.add(fixture.reader());
        assertThat(taken.get(i).send(request).reply(false).status()).isEqualTo(206);
      }
      try (RawReader tooMany = fixture.reader()) {
        RawReader.Reply reply = tooMany.send(request).reply(false);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.field("retry-after")).isEqualTo("1");
        assertThat(reply.text()).contains("2 connections");
        assertThat(tooMany.isAtEnd()).isTrue();
      }
      taken.removeFirst().close();
      PortFixture.eventually(
          "a free place", () -> fixture.port.counters().openConnections.sum() == 1);
      try (RawReader next = fixture.reader()) {
        assertThat(next.send(request).reply(false).status()).isEqualTo(206);
      }
      taken.removeFirst().close();
    }
  }

  @Test
  void closing_lets_a_reply_end_and_takes_no_new_request() throws Exception {
    PortFixture fixture = new PortFixture(folder);
    FakeFilling filling = new FakeFilling(FakeBlocks.content(OBJECT, 0));
    fixture.blocks.fills = key -> filling;
    filling.advance(10_000);
    try (RawReader idle = fixture.reader();
        RawReader reader = fixture.reader()) {
      reader.send(PortFixture.request(OBJECT, 0));
      assertThat(filling.listenedTo.await(5, TimeUnit.SECONDS)).isTrue();
      Thread closing = Thread.ofPlatform().start(fixture.port::close);
      assertThat(idle.isAtEnd()).isTrue();
      filling.complete();
      assertThat(reader.reply(false).body()).isEqualTo(FakeBlocks.content(OBJECT, 0));
      assertThat(reader.isAtEnd()).isTrue();
      closing.join(5_000);
      assertThat(closing.isAlive()).isFalse();
      assertThatThrownBy(fixture::reader).isInstanceOf(IOException.class);
    }
    fixture.close();
  }

  @Test
  void closing_cuts_a_reply_that_does_not_end() throws Exception {
    PortFixture fixture = new PortFixture(folder);
    FakeFilling filling = new FakeFilling(FakeBlocks.content(OBJECT, 0));
    fixture.blocks.fills = key -> filling;
    filling.advance(10_000);
    FakeLease.Script cold = fixture.blocks.store(FakeBlocks.version("cold", 100), 0);
    cold.isCold = true;
    cold.loading = new CompletableFuture<>();
    try (RawReader reader = fixture.reader();
        RawReader waiting = fixture.reader()) {
      reader.send(PortFixture.request(OBJECT, 0));
      waiting.send(PortFixture.request(FakeBlocks.version("cold", 100), 0));
      assertThat(cold.loadAsked.await(5, TimeUnit.SECONDS)).isTrue();
      fixture.port.close();
      assertThatThrownBy(() -> reader.reply(false)).isInstanceOf(IOException.class);
      // The disk comes back when the event loops are gone: the lease is closed all the same.
      cold.loading.complete(null);
    }
    fixture.close();
  }

  private PortFixture with(UnaryOperator<BlockPortSettings> change) throws IOException {
    return new PortFixture(folder, change, true);
  }
}
