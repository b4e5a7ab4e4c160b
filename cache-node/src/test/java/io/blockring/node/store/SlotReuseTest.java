package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.BlockStore.DropReason;
import io.blockring.node.store.disk.DiskFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** sendfile queues references to pages: what they show must not change when a slot is reused. */
@Timeout(60)
class SlotReuseTest {
  private static final int BLOCK_BYTES = TestBlocks.SLOT_BYTES;
  private static final int SEND_BUFFER = 1 << 20;

  @TempDir Path directory;

  @Test
  void stalled_reader_gets_the_old_block_after_its_slot_was_refilled() throws Exception {
    BlockKey old = TestBlocks.key(1);
    BlockKey fresh = TestBlocks.key(2);
    try (SsdBlockStore store =
            SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, 4)));
        Connection connection = Connection.open()) {
      assertThat(TestBlocks.put(store, old, BLOCK_BYTES)).isTrue();
      store.flush();

      long position;
      int queued;
      try (BlockLease lease = TestBlocks.lease(store, old)) {
        position = lease.position();
        queued = connection.sendUntilStalled(lease.channel(), position, BLOCK_BYTES);
      }
      store.drop(old, DropReason.EVICTED);
      assertThat(TestBlocks.put(store, fresh, BLOCK_BYTES)).isTrue();
      try (BlockLease lease = TestBlocks.lease(store, fresh)) {
        assertThat(lease.position()).as("the same slot was taken").isEqualTo(position);
      }
      store.flush();

      assertThat(queued).isGreaterThan(64 * 1024);
      assertThat(connection.receive(queued))
          .isEqualTo(TestBlocks.bytes(old, BLOCK_BYTES).limit(queued));
    }
  }

  @Test
  void stalled_reader_gets_the_old_small_block_after_its_region_was_reclaimed() throws Exception {
    int length = TestBlocks.SMALL_LIMIT - 8;
    BlockKey old = TestBlocks.key(1);
    try (SsdBlockStore store =
            SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, 4)));
        Connection connection = Connection.open()) {
      assertThat(TestBlocks.put(store, old, length)).isTrue();
      long position;
      int queued;
      try (BlockLease lease = TestBlocks.lease(store, old)) {
        position = lease.position();
        queued = connection.sendUntilStalled(lease.channel(), position, length);
      }
      boolean isRewritten = false;
      for (int i = 10; i < 60 && !isRewritten; i++) {
        assertThat(TestBlocks.put(store, TestBlocks.key(i), length)).isTrue();
        try (BlockLease lease = TestBlocks.lease(store, TestBlocks.key(i))) {
          isRewritten = lease.position() == position;
        }
      }

      assertThat(isRewritten).isTrue();
      assertThat(store.contains(old)).isFalse();
      assertThat(connection.receive(queued)).isEqualTo(TestBlocks.bytes(old, length).limit(queued));
    }
  }

  @Test
  void leased_slot_is_not_reused_however_many_blocks_come() throws Exception {
    BlockKey leased = TestBlocks.key(1);
    try (SsdBlockStore store =
        SsdBlockStore.open(TestBlocks.settings(TestBlocks.disk(directory, 4)))) {
      TestBlocks.put(store, leased, BLOCK_BYTES);
      try (BlockLease lease = TestBlocks.lease(store, leased)) {
        store.drop(leased, DropReason.ASKED);
        for (int i = 10; i < 40; i++) {
          assertThat(TestBlocks.put(store, TestBlocks.key(i), BLOCK_BYTES)).isTrue();
        }
        ByteBuffer read = ByteBuffer.allocateDirect(BLOCK_BYTES);
        lease.readVerified(0, read);
        assertThat(read.flip()).isEqualTo(TestBlocks.bytes(leased, BLOCK_BYTES));
      }
      assertThat(store.contains(leased)).isFalse();
    }
  }

  /** The control: it shows that this kernel does what the test above guards against. */
  @Test
  void bytes_written_in_place_reach_a_reader_who_was_sent_the_old_ones() throws Exception {
    BlockKey old = TestBlocks.key(1);
    BlockKey fresh = TestBlocks.key(2);
    try (DiskFile file = DiskFile.open(directory.resolve("control"));
        Connection connection = Connection.open()) {
      file.write(TestBlocks.bytes(old, BLOCK_BYTES), 0);
      int queued = connection.sendUntilStalled(file.channel(), 0, BLOCK_BYTES);

      file.write(TestBlocks.bytes(fresh, BLOCK_BYTES), 0);

      assertThat(connection.receive(queued))
          .isNotEqualTo(TestBlocks.bytes(old, BLOCK_BYTES).limit(queued));
    }
  }

  /** A real TCP connection whose reader does not read until asked to. */
  private record Connection(
      ServerSocketChannel listener, SocketChannel sender, SocketChannel reader)
      implements AutoCloseable {

    static Connection open() throws IOException {
      ServerSocketChannel listener = ServerSocketChannel.open();
      listener.setOption(StandardSocketOptions.SO_RCVBUF, 32 * 1024);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel sender = SocketChannel.open();
      sender.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
      sender.connect(listener.getLocalAddress());
      SocketChannel reader = listener.accept();
      sender.configureBlocking(false);
      return new Connection(listener, sender, reader);
    }

    int sendUntilStalled(FileChannel file, long position, int length) throws IOException {
      int sent = 0;
      long n = 1;
      while (n > 0 && sent < length) {
        n = file.transferTo(position + sent, length - sent, sender);
        sent += (int) n;
      }
      return sent;
    }

    ByteBuffer receive(int length) throws IOException {
      ByteBuffer received = ByteBuffer.allocateDirect(length);
      while (received.hasRemaining()) {
        if (reader.read(received) < 0) {
          throw new IOException("closed after " + received.position() + " of " + length);
        }
      }
      return received.flip();
    }

    @Override
    public void close() throws IOException {
      sender.close();
      reader.close();
      listener.close();
    }
  }
}
