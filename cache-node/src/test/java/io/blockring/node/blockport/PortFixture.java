package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.WireText;
import io.blockring.node.host.Nic;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A port over fake blocks, and what every test of it checks at the end. */
final class PortFixture implements AutoCloseable {
  // Unpooled, because it counts exactly what has not been released.
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  final FakeBlocks blocks;
  final BlockPort port;
  final int number;
  final List<String> otherRings = new CopyOnWriteArrayList<>();

  PortFixture(Path folder) throws IOException {
    this(folder, settings -> settings, true);
  }

  PortFixture(Path folder, UnaryOperator<BlockPortSettings> change, boolean isEpoll)
      throws IOException {
    this(folder, change, isEpoll, PeerAdmission.everyone());
  }

  PortFixture(
      Path folder,
      UnaryOperator<BlockPortSettings> change,
      boolean isEpoll,
      PeerAdmission admission)
      throws IOException {
    this(folder, change, isEpoll, admission, Nic.UNLIMITED);
  }

  PortFixture(
      Path folder,
      UnaryOperator<BlockPortSettings> change,
      boolean isEpoll,
      PeerAdmission admission,
      Nic nic)
      throws IOException {
    blocks = new FakeBlocks(folder);
    port =
        new BlockPort(
            change.apply(settings(4096, 60_000, 5_000, 30_000, 1)),
            admission,
            blocks,
            nic,
            () -> "ring-a",
            otherRings::add,
            isEpoll,
            allocator);
    number = port.bind("127.0.0.1", 0);
  }

  static BlockPortSettings settings(
      int connections, int idleMillis, int headMillis, int stallMillis, int verifyQueue) {
    BlockPortSettings defaults = BlockPortSettings.defaults();
    return new BlockPortSettings(
        1,
        defaults.sendBufferBytes(),
        defaults.turnBytes(),
        connections,
        Duration.ofMillis(idleMillis),
        Duration.ofMillis(headMillis),
        Duration.ofMillis(stallMillis),
        defaults.plainReplyTime(),
        defaults.defaultDeadline(),
        1,
        verifyQueue,
        Duration.ofSeconds(2));
  }

  PeerAddress address() {
    return new PeerAddress("127.0.0.1", number);
  }

  RawReader reader() throws IOException {
    return new RawReader(number);
  }

  static String target(Version version, int blockIndex) {
    return BlockWire.PATH
        + version.name().mount()
        + "/"
        + blockIndex
        + "/"
        + WireText.escapeKey(version.name().key());
  }

  /** The fields every request needs, and more. */
  static String[] fields(Version version, String... more) {
    String[] all = new String[more.length + 2];
    all[0] = BlockWire.IDENTITY + ": " + version.identity();
    all[1] = BlockWire.SIZE + ": " + version.size();
    System.arraycopy(more, 0, all, 2, more.length);
    return all;
  }

  static String request(Version version, int blockIndex, String... more) {
    return RawReader.request(target(version, blockIndex), fields(version, more));
  }

  /** Waits for what another thread is about to bring about. */
  static void eventually(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as(what).isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Every lease and every hold on a fill was closed exactly once. */
  void expectAllClosed() {
    eventually(
        "every lease closed",
        () -> blocks.leases.stream().allMatch(lease -> lease.closings.get() > 0));
    assertThat(blocks.leases).allSatisfy(lease -> assertThat(lease.closings).hasValue(1));
    for (FakeFilling filling : blocks.running.values()) {
      eventually("every filling closed", () -> filling.closings.get() >= filling.openings.get());
      assertThat(filling.closings).hasValue(filling.openings.get());
    }
    eventually("nothing in flight", () -> port.counters().inFlight.sum() == 0);
  }

  @Override
  public void close() throws IOException {
    port.close();
    expectAllClosed();
    assertThat(port.counters().openConnections.sum()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).as("direct bytes not released").isZero();
    blocks.close();
  }
}
