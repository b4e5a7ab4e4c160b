package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.host.Nic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that readers get is right while the network is full, and they get no more than there is. */
class BlockPortPacedTest extends BlockPortReadTest {
  private static final Version BLOCK = FakeBlocks.version("paced.bin", FakeBlocks.BLOCK_BYTES);
  private static final long RATE = 20_000_000;

  /** What an idle line has saved up, and what has its turn before it is counted. */
  private static final long AT_ONCE = RATE / 50 + 2 * 256 * 1024;

  @TempDir Path other;

  @Override
  Nic nic() {
    return Nic.countingThisHost(4 * RATE);
  }

  private PortFixture paced(Nic nic) throws IOException {
    return new PortFixture(
        other,
        settings -> PortFixture.settings(64, 60_000, 5_000, 30_000, 64),
        true,
        PeerAdmission.everyone(),
        nic);
  }

  private interface Reading {
    void read() throws Exception;
  }

  /** Never faster than the limit, however slow this machine is. */
  private static void expectBound(long bytes, int readers, Reading reading)
      throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        all.add(
            threads.submit(
                () -> {
                  reading.read();
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat((double) bytes)
        .as("%d readers in %.3f s", readers, seconds)
        .isLessThanOrEqualTo(RATE * seconds + AT_ONCE);
  }

  private static byte[] get(PortFixture port, Version version, String... more) throws IOException {
    try (RawReader reader = port.reader()) {
      reader.send(PortFixture.request(version, 0, more));
      return reader.reply(false).body();
    }
  }

  @Test
  void whole_blocks_of_many_readers_stay_below_the_limit() throws Exception {
    Nic nic = Nic.countingThisHost(RATE);
    try (PortFixture port = paced(nic)) {
      port.blocks.store(BLOCK, 0);
      byte[] content = FakeBlocks.content(BLOCK, 0);
      expectBound(
          8L * FakeBlocks.BLOCK_BYTES, 8, () -> assertThat(get(port, BLOCK)).isEqualTo(content));
      assertThat(nic.sent().pausedNanos()).isPositive();
      assertThat(port.port.counters().brokenOff.sum()).isZero();
    }
  }

  @Test
  void small_ranges_of_many_readers_stay_below_the_limit() throws Exception {
    try (PortFixture port = paced(Nic.countingThisHost(RATE))) {
      port.blocks.store(BLOCK, 0);
      expectBound(
          8 * 16 * 65_536L,
          8,
          () -> {
            for (int i = 0; i < 16; i++) {
              assertThat(get(port, BLOCK, "Range: bytes=0-65535")).hasSize(65_536);
            }
          });
    }
  }

  private static FakeFilling complete(byte[] content) {
    FakeFilling filling = new FakeFilling(content);
    filling.complete();
    return filling;
  }

  @Test
  void fills_stay_below_the_limit() throws Exception {
    try (PortFixture port = paced(Nic.countingThisHost(RATE))) {
      byte[] content = FakeBlocks.content(BLOCK, 0);
      port.blocks.fills = key -> complete(content);
      expectBound(
          8L * FakeBlocks.BLOCK_BYTES, 8, () -> assertThat(get(port, BLOCK)).isEqualTo(content));
    }
  }

  @Test
  void who_follows_a_fill_gets_signs_and_no_bytes_while_the_network_is_full() throws Exception {
    Nic nic = Nic.countingThisHost(RATE);
    nic.sent().book(Integer.MAX_VALUE); // more than a minute
    try (PortFixture port = paced(nic)) {
      for (int there : List.of(FakeBlocks.BLOCK_BYTES, 100_000)) {
        FakeFilling filling = new FakeFilling(FakeBlocks.content(BLOCK, 0));
        filling.advance(there);
        port.blocks.fills = key -> filling;
        try (RawReader reader = port.reader()) {
          String verified = BlockWire.FORM + ": verified";
          reader.send(PortFixture.request(BLOCK, 0, verified, BlockWire.DEADLINE + ": 9000"));
          assertThat(reader.reply(true).status()).isEqualTo(206);
          byte[] emptyFrames = new byte[2 * BlockWire.FRAME_HEAD_BYTES];
          assertThat(reader.bytes(emptyFrames.length)).as("%d there", there).isEqualTo(emptyFrames);
        }
        port.expectAllClosed();
        port.blocks.running.clear();
      }
    }
  }

  @Test
  void small_ranges_leave_in_stretches_too_while_many_wait() throws Exception {
    Nic nic = Nic.countingThisHost(RATE);
    nic.sent().book((int) (RATE / 2));
    try (PortFixture port = paced(nic)) {
      port.blocks.store(BLOCK, 0);
      byte[] content = Arrays.copyOf(FakeBlocks.content(BLOCK, 0), 60_000);
      assertThat(get(port, BLOCK, "Range: bytes=0-59999")).isEqualTo(content);
    }
  }

  @Test
  void work_that_nobody_waits_for_goes_on_though_readers_leave_nothing() throws Exception {
    try (PortFixture port = paced(Nic.countingThisHost(RATE))) {
      port.blocks.store(BLOCK, 0);
      Version small = FakeBlocks.version("small.bin", 100_000);
      port.blocks.store(small, 0);
      byte[] content = FakeBlocks.content(small, 0);
      AtomicInteger number = new AtomicInteger();
      expectBound(
          8L * FakeBlocks.BLOCK_BYTES + 100_000,
          9,
          () -> {
            if (number.getAndIncrement() == 0) {
              assertThat(get(port, small, BlockWire.TRAFFIC_CLASS + ": warm-up"))
                  .isEqualTo(content);
            } else {
              get(port, BLOCK);
            }
          });
    }
  }

  @Test
  void who_leaves_while_the_network_is_full_holds_nothing() throws Exception {
    try (PortFixture port = paced(Nic.countingThisHost(RATE))) {
      port.blocks.store(BLOCK, 0);
      List<RawReader> readers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        RawReader reader = port.reader();
        reader.send(PortFixture.request(BLOCK, 0));
        readers.add(reader);
      }
      PortFixture.eventually("all are being answered", () -> port.blocks.leases.size() == 20);
      for (RawReader reader : readers) {
        reader.close();
      }
      port.expectAllClosed();
    }
  }

  @Test
  void readers_on_this_host_are_no_matter_of_its_network() throws Exception {
    Nic nic = new Nic(1);
    try (PortFixture port = paced(nic)) {
      port.blocks.store(BLOCK, 0);
      assertThat(get(port, BLOCK)).isEqualTo(FakeBlocks.content(BLOCK, 0));
      assertThat(nic.sent().fullFor()).isEqualTo(Duration.ZERO);
    }
  }
}
