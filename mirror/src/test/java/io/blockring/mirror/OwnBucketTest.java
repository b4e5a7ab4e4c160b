package io.blockring.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnBucketTest {
  private static final int BLOCK = 64 * 1024;
  private static final byte[] OLD = "the first content".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEW = "the 2nd content!!".getBytes(StandardCharsets.UTF_8);

  private final AtomicLong clock = new AtomicLong();
  private final FakeBucket source = new FakeBucket();
  private final FakeBucket bucket = new FakeBucket();
  private final OwnBucket own =
      new OwnBucket(
          bucket.copies(),
          new Breaker(Duration.ofSeconds(2), Duration.ofSeconds(30), clock::get),
          clock::get);
  private final ObjectMetadata first = source.put("k", OLD);
  private final Reader reader = new Reader();

  @Test
  void gives_the_bytes_of_a_copy_of_the_wanted_version() throws Exception {
    bucket.putCopy("k", OLD, first);
    assertThat(read(first)).isEqualTo(new Answer.Complete());
    assertThat(reader.text()).isEqualTo(new String(OLD, StandardCharsets.UTF_8));
    assertThat(reader.rung).isEqualTo(Rung.ORIGIN);
  }

  @Test
  void gives_no_byte_of_another_version_or_of_what_is_no_copy() throws Exception {
    bucket.putCopy("k", OLD, first);
    ObjectMetadata second = source.put("k", NEW);
    assertThat(read(second)).isInstanceOf(Answer.Absent.class);
    bucket.put("k", NEW);
    pass(OwnBucket.MISSING_FOR);
    assertThat(read(second)).isInstanceOf(Answer.Absent.class);
    assertThat(reader.text()).isEmpty();
    assertThat(own.breaker().isOpen()).isFalse();
  }

  @Test
  void asks_for_a_missing_copy_once_in_a_while_and_not_for_each_block() throws Exception {
    assertThat(read(first)).isInstanceOf(Answer.Absent.class);
    assertThat(read(first)).isInstanceOf(Answer.Absent.class);
    assertThat(bucket.asked).hasSize(1);
    bucket.putCopy("k", OLD, first);
    pass(OwnBucket.MISSING_FOR);
    assertThat(read(first)).isEqualTo(new Answer.Complete());
  }

  @Test
  void asks_again_at_once_when_copies_have_arrived() throws Exception {
    assertThat(read(first)).isInstanceOf(Answer.Absent.class);
    bucket.putCopy("k", OLD, first);
    own.forgetMissing();
    assertThat(read(first)).isEqualTo(new Answer.Complete());
  }

  @Test
  void is_left_alone_after_a_failure_and_probed_once() throws Exception {
    bucket.putCopy("k", OLD, first);
    bucket.broken = Kind.UNAVAILABLE;
    assertThat(read(first)).isInstanceOf(Answer.Failed.class);
    assertThat(read(first)).isInstanceOf(Answer.Failed.class);
    assertThat(bucket.asked).hasSize(1);
    bucket.broken = null;
    pass(Duration.ofSeconds(2));
    assertThat(read(first)).isEqualTo(new Answer.Complete());
    assertThat(own.breaker().isOpen()).isFalse();
  }

  @Test
  void fails_where_a_body_breaks_off_so_that_the_source_goes_on() throws Exception {
    bucket.putCopy("k", OLD, first);
    bucket.cutAfter = 5;
    assertThat(read(first)).isInstanceOf(Answer.Failed.class);
    assertThat(reader.text()).isEqualTo("the f");
    assertThat(own.breaker().isOpen()).isTrue();
  }

  @Test
  void tells_what_a_copy_says_of_its_version_and_nothing_when_there_is_none() {
    assertThat(own.recorded("k", deadline())).isNull();
    bucket.put("k", OLD);
    assertThat(own.recorded("k", deadline())).isNull();
    bucket.putCopy("k", OLD, first);
    assertThat(own.recorded("k", deadline())).isEqualTo(first);
    bucket.broken = Kind.UNAVAILABLE;
    assertThat(own.recorded("k", deadline())).isNull();
  }

  private Answer read(ObjectMetadata wanted) throws Exception {
    Identity identity = wanted.identity();
    if (identity == null) {
      throw new AssertionError("the fake gives identities");
    }
    Version version =
        new Version(
            new ObjectName(MountId.of("s3://far/", "", BLOCK, "auto"), "k"),
            identity,
            wanted.size(),
            BLOCK);
    return own.read(BlockRange.whole(version, 0), reader, ReadScope.forReader(10_000));
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private static long deadline() {
    return System.nanoTime() + 10_000_000_000L;
  }

  private static final class Reader implements ByteSink {
    private final ByteBuffer all = ByteBuffer.allocate(BLOCK);
    private Rung rung = Rung.MEMORY;

    @Override
    public ByteBuffer claim(int maxBytes) {
      return all.slice(all.position(), maxBytes);
    }

    @Override
    public void commit(int bytes, Rung from) {
      all.position(all.position() + bytes);
      rung = from;
    }

    String text() {
      return new String(all.array(), 0, all.position(), StandardCharsets.UTF_8);
    }
  }
}
