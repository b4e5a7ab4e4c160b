package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.host.Nic;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class S3PacedTest {
  private static final long RATE = 20_000_000;

  /**
   * What an idle line has saved up, and the pieces that have their turn before they are counted.
   */
  private static final long AT_ONCE = RATE / 50 + SendBuffers.SEGMENT_BYTES;

  @Test
  void a_body_leaves_no_faster_than_the_network_may_take_it() throws IOException {
    FakeNamespace namespace = new FakeNamespace();
    namespace.addMount("models");
    Cells cells = namespace.put("models", "k", 6_000_000);
    Nic nic = Nic.countingThisHost(RATE);
    try (S3Endpoint endpoint = new S3Endpoint(S3Settings.loopback(), null, namespace, nic);
        RawHttp http = new RawHttp(endpoint.listen("127.0.0.1", 0))) {
      long start = System.nanoTime();
      assertThat(http.get("/models/k").body()).isEqualTo(cells.bytes(0, 6_000_000));
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(6_000_000.0).isLessThanOrEqualTo(RATE * seconds + AT_ONCE);
      assertThat(nic.sent().pausedNanos()).isPositive();
    }
  }
}
