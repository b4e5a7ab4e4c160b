package io.blockring.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.OpenObject;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.node.http.admin.WarmupStatus;
import io.blockring.warmup.FillResult;
import io.blockring.warmup.WarmupCluster;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WarmupsTest {
  private final CountDownLatch listing = new CountDownLatch(1);
  private final CountDownLatch mayList = new CountDownLatch(1);

  @Test
  void counts_a_warm_up_as_running_and_then_by_how_it_ended() throws Exception {
    Warmups warmups = new Warmups("a", new EmptyBucket());
    warmups.start(List.of("/models"));
    assertThat(listing.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(warmups.running()).isEqualTo(1);
    assertThat(ends(warmups)).isZero();
    assertThat(warmups.runningBytes().total()).isZero();

    mayList.countDown();
    while (ends(warmups) == 0) {
      Thread.onSpinWait();
    }
    assertThat(warmups.running()).isZero();
    assertThat(warmups.ended(WarmupStatus.State.INCOMPLETE)).isEqualTo(1);
    assertThat(ends(warmups)).isEqualTo(1);
  }

  private static long ends(Warmups warmups) {
    return Arrays.stream(WarmupStatus.State.values()).mapToLong(warmups::ended).sum();
  }

  /** Says that there is nothing when the test lets it. */
  private final class EmptyBucket implements WarmupCluster {
    @Override
    public ListPage list(String prefix, String startAfter, ReadScope scope) {
      listing.countDown();
      try {
        mayList.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new ListPage(List.of(), "");
    }

    @Override
    public OpenObject open(String path, ReadScope scope) {
      throw new AssertionError("nothing was listed");
    }

    @Override
    public String owner(Version version, int block) {
      throw new AssertionError("nothing was listed");
    }

    @Override
    public List<FillResult> fill(
        String member, Version version, List<Integer> blocks, ReadScope scope) {
      throw new AssertionError("nothing was listed");
    }

    @Override
    public BitSet residency(Version version, ReadScope scope) {
      throw new AssertionError("nothing was listed");
    }
  }
}
