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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnBucketTest {
  private static final int BLOCK = 64 * 1024;
  private static final int MOST = 4;
  private static final byte[] OLD = "the first content".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEW = "the 2nd content!!".getBytes(StandardCharsets.UTF_8);

  private final AtomicLong clock = new AtomicLong();
  private final FakeBucket source = new FakeBucket();
  private final FakeBucket bucket = new FakeBucket();
  private final OwnBucket own =
      new OwnBucket(
          bucket.copies(),
          new Breaker(Duration.ofSeconds(2), Duration.ofSeconds(30), clock::get),
          Duration.ofSeconds(1),
          MOST,
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
  void who_leaves_or_has_no_time_says_nothing_about_the_bucket() throws Exception {
    bucket.putCopy("k", OLD, first);
    bucket.hang = new CountDownLatch(1);
    Thread leaving = reading();
    long deadline = deadline();
    while (bucket.hanging.get() == 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.yield();
    }
    leaving.interrupt();
    leaving.join();
    bucket.hang = null;
    bucket.cutAfter = 0;
    assertThat(read(first, new Reader(), ReadScope.forReader(0))).isInstanceOf(Answer.Failed.class);
    assertThat(bucket.cutAfter).as("it was asked").isEqualTo(-1);
    bucket.limiterSheds = true;
    assertThat(read(first)).isInstanceOf(Answer.Failed.class);
    bucket.limiterSheds = false;
    bucket.broken = Kind.UNAVAILABLE;
    assertThat(own.recorded("k", System.nanoTime() - 1)).isNull();
    assertThat(own.breaker().openings()).isZero();
  }

  @Test
  void one_object_that_is_refused_is_missing_and_not_the_bucket_broken() throws Exception {
    bucket.putCopy("k", OLD, first);
    for (Kind kind : new Kind[] {Kind.DENIED, Kind.BROKEN}) {
      bucket.broken = kind;
      bucket.asked.clear();
      assertThat(read(first)).isInstanceOf(Answer.Failed.class);
      assertThat(read(first)).isInstanceOf(Answer.Absent.class);
      assertThat(bucket.asked).hasSize(1);
      assertThat(own.breaker().isOpen()).isFalse();
      bucket.broken = null;
      pass(OwnBucket.MISSING_FOR);
      assertThat(read(first)).isEqualTo(new Answer.Complete());
    }
  }

  @Test
  void a_bucket_that_refuses_again_and_again_is_left_alone() throws Exception {
    bucket.broken = Kind.DENIED;
    for (int i = 1; i <= 3; i++) {
      assertThat(own.breaker().isOpen()).isFalse();
      assertThat(read(source.put("k" + i, OLD))).isInstanceOf(Answer.Failed.class);
    }
    assertThat(own.breaker().isOpen()).isTrue();
  }

  @Test
  void a_bucket_that_hangs_costs_one_wait_however_many_read() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    bucket.hang = end;
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 5 * MOST; i++) {
      readers.add(reading());
    }
    long deadline = deadline();
    while (bucket.hanging.get() < MOST
        || readers.stream().anyMatch(r -> r.getState() == Thread.State.RUNNABLE)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.yield();
    }
    end.countDown();
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(bucket.hanging).hasValue(MOST);
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
    return read(wanted, reader, ReadScope.forReader(10_000));
  }

  private Thread reading() {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                read(first, new Reader(), ReadScope.forReader(10_000));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private Answer read(ObjectMetadata wanted, Reader into, ReadScope scope) throws Exception {
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
    return own.read(BlockRange.whole(version, 0), into, scope);
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
