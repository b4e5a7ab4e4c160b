package io.blockring.node.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.origin.BudgetedOrigin;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginBudget;
import io.blockring.client.origin.OriginException;
import io.blockring.node.fill.FakeOrigin;
import io.blockring.node.host.Nic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What comes in over the network is counted and held up. */
class IntakeTest {
  private static final long RATE = 20_000_000;
  private static final long AT_ONCE = RATE / 50;

  @Test
  void an_origins_bytes_are_told_as_they_come() throws Exception {
    FakeOrigin bucket = new FakeOrigin();
    bucket.put("k", "e", new byte[10_000]);
    OriginBudget free =
        new OriginBudget(
            "models", OriginBudget.Limits.NONE, () -> 1, () -> 0, () -> 0, System::nanoTime);
    AtomicInteger came = new AtomicInteger();
    Origin origin = new BudgetedOrigin(bucket, free, came::addAndGet);
    long deadline = System.nanoTime() + 20_000_000_000L;
    read(origin.getFirst("k", 1 << 20, deadline));
    assertThat(came).hasValue(10_000);
    read(origin.askedFor(() -> TrafficClass.WARM_UP).getFirst("k", 1 << 20, deadline));
    assertThat(came).hasValue(20_000);
  }

  private static void read(Origin.Body body) throws OriginException {
    ByteBuffer target = ByteBuffer.allocate(3_000);
    for (int left = body.length(); left > 0; ) {
      left -= body.read(target.clear());
    }
    body.close();
  }

  @Test
  void no_more_is_taken_off_the_network_than_may_be() throws IOException {
    Nic nic = Nic.countingThisHost(RATE);
    Discarding reader = new Discarding();
    ByteSink sink = NetworkSink.of(reader, nic.taken());
    long start = System.nanoTime();
    for (int i = 0; i < 50; i++) {
      sink.claim(65_536);
      sink.commit(65_536, Rung.PEER);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat(reader.bytes).isEqualTo(50 * 65_536L);
    assertThat((double) reader.bytes).isLessThanOrEqualTo(RATE * seconds + AT_ONCE + 2 * 65_536);
    assertThat(nic.sent().pausedNanos()).as("each direction by itself").isZero();
  }

  @Test
  void without_a_limit_there_is_nothing_in_between() {
    Discarding reader = new Discarding();
    assertThat(NetworkSink.of(reader, Nic.UNLIMITED.taken())).isSameAs(reader);
  }

  private static final class Discarding implements ByteSink {
    private final ByteBuffer room = ByteBuffer.allocate(65_536);
    private long bytes;

    @Override
    public ByteBuffer claim(int maxBytes) {
      return room.clear();
    }

    @Override
    public void commit(int count, Rung rung) {
      bytes += count;
    }
  }
}
