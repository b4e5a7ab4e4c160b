package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.namespace.BlockRange;
import io.blockring.node.host.Nic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches are answered all the same while the network is full, and no faster than it lets them. */
class BlockPortPacedBatchTest extends BlockPortBatchTest {
  private static final long BYTES_PER_SECOND = 10_000_000;

  /** What a line that was idle lets out at once, and what its last reader need not wait for. */
  private static final long AT_ONCE = BYTES_PER_SECOND / 50 + 256 * 1024;

  @Override
  Nic nic() {
    return Nic.countingThisHost(BYTES_PER_SECOND);
  }

  @Test
  void many_readers_together_get_no_more_than_the_network_lets_out() throws Exception {
    List<BlockRange> ranges =
        IntStream.range(0, BatchAnswer.ITEMS_PER_TURN)
            .mapToObj(i -> BlockRange.whole(FakeBlocks.version("paced-" + i, 10_000), 0))
            .toList();
    int readers = 16;
    List<RawReader> all = new ArrayList<>();
    try (PortFixture paced =
        new PortFixture(folder, settings -> settings, true, PeerAdmission.everyone(), nic())) {
      for (BlockRange range : ranges) {
        paced.blocks.store(range.version(), 0);
      }
      for (int i = 0; i < readers; i++) {
        all.add(paced.reader());
      }
      long start = System.nanoTime();
      for (RawReader reader : all) {
        reader.send(BatchReply.request(ranges));
      }
      for (RawReader reader : all) {
        assertThat(BatchReply.read(reader)).hasSize(ranges.size());
      }
      long most = (System.nanoTime() - start) * BYTES_PER_SECOND / TimeUnit.SECONDS.toNanos(1);
      // However slow the machine is, this holds.
      assertThat(readers * 10_000L * ranges.size()).isLessThan(most + AT_ONCE);
    } finally {
      for (RawReader reader : all) {
        reader.close();
      }
    }
  }
}
