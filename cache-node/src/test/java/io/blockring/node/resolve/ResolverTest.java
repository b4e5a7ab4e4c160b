package io.blockring.node.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.Namespace.Intent;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.BudgetedOrigin;
import io.blockring.client.origin.Copies;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginBudget;
import io.blockring.client.origin.OriginException;
import io.blockring.mirror.Breaker;
import io.blockring.mirror.OwnBucket;
import io.blockring.mirror.SourceRegion;
import io.blockring.mirror.StandIn;
import io.blockring.node.fill.FakeOrigin;
import io.blockring.node.fill.FakeStore;
import io.blockring.node.fill.FillCounters;
import io.blockring.node.fill.Fills;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ResolverTest {
  private static final int BLOCK = 16 * 4_096;
  private final ObjectName name = new ObjectName(MountId.of("s3://b/", "", BLOCK, "auto"), "k");
  private final FakeOrigin origin = new FakeOrigin();
  private final FakeStore store = new FakeStore();
  private final AtomicLong clock = new AtomicLong();
  private final ReadScope scope = ReadScope.forReader(20_000);
  private final Fills fills =
      new Fills(
          new ByteBudget(8L * BLOCK, BLOCK),
          store,
          (block, asker) -> List.of(),
          new Fills.Limits(
              10, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(1)),
          new FillCounters());
  private final Resolver resolver = new Resolver(fills, Duration.ofSeconds(5), clock::get);

  @Test
  void costs_one_request_for_a_cold_small_object_and_has_its_block() throws Exception {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10_000));
    Version version = found(resolve(ttl(30), Intent.READ, false));

    assertThat(version.size()).isEqualTo(10_000);
    assertThat(origin.heads).hasValue(0);
    assertThat(origin.gets).hasValue(1);
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!store.contains(version.block(0))) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.yield();
    }
  }

  @Test
  void the_first_reader_of_what_came_with_its_open_is_told_that_it_came_from_the_bucket()
      throws Exception {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10_000));
    Version version = found(resolve(ttl(30), Intent.READ, false));
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!store.contains(version.block(0))) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.yield();
    }
    assertThat(fills.rungOfResident(version.block(0))).isEqualTo(Rung.ORIGIN);
    assertThat(fills.rungOfResident(version.block(0))).isEqualTo(Rung.SSD);
  }

  @Test
  void knows_versions_although_there_are_no_bytes_to_be_had() {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10_000));
    OriginBudget spent =
        new OriginBudget(
            "models", new OriginBudget.Limits(0, 1, 0), () -> 1, () -> 64, () -> 0, clock::get);
    Resolver.Mounted frugal =
        new Resolver.Mounted(new BudgetedOrigin(origin, spent), BLOCK, Freshness.IMMUTABLE);
    Resolution answer = resolver.resolve(name, frugal, Intent.READ, false, scope);
    assertThat(found(answer).size()).isEqualTo(10_000);
    assertThat(origin.gets).hasValue(0);
    assertThat(origin.heads).hasValue(1);
  }

  @Test
  void asks_again_only_when_the_freshness_is_over() {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    resolve(ttl(30), Intent.STAT, false);
    clock.addAndGet(Duration.ofSeconds(29).toNanos());
    resolve(ttl(30), Intent.READ, false);
    assertThat(origin.heads).hasValue(1);
    clock.addAndGet(Duration.ofSeconds(2).toNanos());
    origin.put("k", "\"2\"", FakeOrigin.content(2, 20));
    assertThat(found(resolve(ttl(30), Intent.READ, false)).identity().value()).isEqualTo("\"2\"");
    assertThat(origin.heads).hasValue(2);
    assertThat(origin.gets).hasValue(0);
  }

  @Test
  void asks_whenever_told_to() {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    resolve(Freshness.IMMUTABLE, Intent.STAT, false);
    resolve(Freshness.IMMUTABLE, Intent.STAT, true);
    resolve(Freshness.ALWAYS, Intent.STAT, false);
    resolve(Freshness.ALWAYS, Intent.STAT, false);
    assertThat(origin.heads).hasValue(4);
  }

  @Test
  void believes_an_absence_for_a_second_at_most() {
    assertThat(resolve(Freshness.IMMUTABLE, Intent.READ, false))
        .isInstanceOf(Resolution.Missing.class);
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    clock.addAndGet(Duration.ofMillis(900).toNanos());
    assertThat(resolve(Freshness.IMMUTABLE, Intent.READ, false))
        .isInstanceOf(Resolution.Missing.class);
    clock.addAndGet(Duration.ofMillis(200).toNanos());
    assertThat(resolve(Freshness.IMMUTABLE, Intent.READ, false))
        .isInstanceOf(Resolution.Found.class);
  }

  @Test
  void never_remembers_trouble() {
    origin.refusal = OriginException.Kind.UNAVAILABLE;
    assertThat(resolve(ttl(30), Intent.READ, false))
        .isInstanceOfSatisfying(
            Resolution.Trouble.class,
            trouble -> assertThat(trouble.kind()).isEqualTo(OriginException.Kind.UNAVAILABLE));
    origin.refusal = null;
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    assertThat(resolve(ttl(30), Intent.READ, false)).isInstanceOf(Resolution.Found.class);
  }

  @Test
  void after_a_restart_asks_with_head_instead_of_fetching_again(@TempDir Path directory)
      throws Exception {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    resolve(ttl(30), Intent.READ, false);
    Path file = Files.write(directory.resolve("versions"), snapshot(resolver));

    Resolver restarted = new Resolver(fills, Duration.ofSeconds(5), clock::get);
    restarted.restore(file);
    origin.put("k", "\"2\"", FakeOrigin.content(2, 20));
    Resolution answer =
        restarted.resolve(
            name,
            new Resolver.Mounted(origin, BLOCK, Freshness.IMMUTABLE),
            Intent.READ,
            false,
            scope);

    assertThat(found(answer).identity().value()).isEqualTo("\"2\"");
    assertThat(origin.heads).hasValue(1);
    assertThat(origin.gets).hasValue(1);
  }

  @Test
  void what_another_resolver_knew_is_asked_with_head() throws Exception {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    resolve(ttl(30), Intent.READ, false);
    Map<String, List<byte[]>> known = resolver.known(key -> key.equals(name) ? "node-2" : null);
    assertThat(resolver.known(key -> null)).isEmpty();

    Resolver other = new Resolver(fills, Duration.ofSeconds(5), clock::get);
    for (byte[] piece : Objects.requireNonNull(known.get("node-2"))) {
      other.learn(piece);
    }
    Resolution answer =
        other.resolve(
            name,
            new Resolver.Mounted(origin, BLOCK, Freshness.IMMUTABLE),
            Intent.READ,
            false,
            scope);
    assertThat(found(answer).identity().value()).isEqualTo("\"1\"");
    assertThat(origin.heads).hasValue(1);
    assertThat(origin.gets).hasValue(1);
    assertThatThrownBy(() -> other.learn(new byte[] {1, 2, 3})).isInstanceOf(IOException.class);
  }

  @Test
  void a_key_whose_first_block_others_may_have_is_asked_with_head() {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    resolver.firstBlocksMayBeHeld(name::equals);
    assertThat(found(resolve(ttl(30), Intent.READ, false)).size()).isEqualTo(10);
    assertThat(origin.heads).hasValue(1);
    assertThat(origin.gets).hasValue(0);
  }

  @Test
  void takes_nothing_from_a_damaged_file(@TempDir Path directory) throws Exception {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    resolve(ttl(30), Intent.READ, false);
    byte[] whole = snapshot(resolver);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      Path file = Files.write(directory.resolve("versions"), damaged);
      Resolver restarted = new Resolver(fills, Duration.ofSeconds(5), clock::get);
      assertThatThrownBy(() -> restarted.restore(file)).isInstanceOf(IOException.class);
      assertThat(restarted.knownKeys()).isZero();
    }
  }

  @Test
  void a_mirror_answers_from_what_it_knew_while_its_source_is_unreachable() {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    SourceRegion source =
        new SourceRegion(
            origin,
            new Breaker(Duration.ofSeconds(2), Duration.ofSeconds(2), clock::get),
            Duration.ofSeconds(5),
            clock::get);
    StandIn standIn = new StandIn(source, null, Duration.ofMinutes(10));
    Resolver.Mounted mirror =
        new Resolver.Mounted(source, BLOCK, ttl(30), Rung.SOURCE_REGION, standIn);
    ObjectName other = new ObjectName(name.mount(), "other");
    assertThat(resolver.resolve(name, mirror, Intent.READ, false, scope))
        .isInstanceOf(Resolution.Found.class);
    assertThat(resolver.resolve(other, mirror, Intent.READ, false, scope))
        .isInstanceOf(Resolution.Missing.class);

    origin.refusal = OriginException.Kind.UNAVAILABLE;
    clock.addAndGet(Duration.ofMinutes(9).toNanos());
    assertThat(found(resolver.resolve(name, mirror, Intent.READ, false, scope)).size())
        .isEqualTo(10);
    int asked = origin.heads.get();
    assertThat(found(resolver.resolve(name, mirror, Intent.READ, true, scope)).size())
        .isEqualTo(10);
    assertThat(origin.heads).as("the source is left alone").hasValue(asked);
    assertThat(standIn.answers()).isEqualTo(2);
    assertThat(resolver.resolve(other, mirror, Intent.READ, false, scope))
        .as("that a key is gone is never said without the source")
        .isInstanceOf(Resolution.Trouble.class);

    clock.addAndGet(Duration.ofMinutes(2).toNanos());
    assertThat(resolver.resolve(name, mirror, Intent.READ, false, scope))
        .as("beyond the limit")
        .isInstanceOf(Resolution.Trouble.class);
    origin.refusal = null;
    origin.put("k", "\"2\"", FakeOrigin.content(2, 20));
    assertThat(found(resolver.resolve(name, mirror, Intent.READ, false, scope)).size())
        .isEqualTo(20);
  }

  @Test
  void what_the_source_said_is_gone_does_not_come_back_from_its_copy() {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    SourceRegion source =
        new SourceRegion(
            origin,
            new Breaker(Duration.ofSeconds(2), Duration.ofSeconds(2), clock::get),
            Duration.ofSeconds(5),
            clock::get);
    OwnBucket own =
        new OwnBucket(
            new OneCopy(),
            new Breaker(Duration.ofSeconds(2), Duration.ofSeconds(2), clock::get),
            Duration.ofSeconds(1),
            8,
            clock::get);
    Resolver.Mounted mirror =
        new Resolver.Mounted(
            source,
            BLOCK,
            ttl(30),
            Rung.SOURCE_REGION,
            new StandIn(source, own, Duration.ofMinutes(10)));
    origin.refusal = OriginException.Kind.UNAVAILABLE;
    assertThat(found(resolver.resolve(name, mirror, Intent.READ, false, scope)).size())
        .as("the copy stands in")
        .isEqualTo(10);

    origin.refusal = null;
    origin.delete("k");
    clock.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(resolver.resolve(name, mirror, Intent.READ, false, scope))
        .isInstanceOf(Resolution.Missing.class);
    origin.refusal = OriginException.Kind.UNAVAILABLE;
    for (int i = 0; i < 2; i++) { // the first finds out, the second finds the breaker open
      clock.addAndGet(Duration.ofSeconds(1).toNanos());
      assertThat(resolver.resolve(name, mirror, Intent.READ, false, scope))
          .isInstanceOf(Resolution.Trouble.class);
    }
  }

  /** An own bucket that says of every key that it has a copy. */
  private static final class OneCopy implements Copies {
    @Override
    public ObjectMetadata head(String key, long deadlineNanos) {
      return new ObjectMetadata(
          new Identity(Identity.Kind.ETAG, "\"1\""), 10, 0, "\"1\"", "text/plain");
    }

    @Override
    public Origin.Body getRange(
        String key, ObjectMetadata wanted, long offset, int length, long deadlineNanos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ListPage list(@Nullable String startAfter, int maxKeys, long deadlineNanos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void put(String key, ObjectMetadata source, ByteBuffer bytes, long deadlineNanos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Upload begin(String key, ObjectMetadata source, long deadlineNanos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  @Test
  void a_reader_who_leaves_does_not_break_the_question() throws Exception {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10));
    CountDownLatch gate = new CountDownLatch(1);
    origin.headGate = gate;
    Thread reader = Thread.ofVirtual().start(() -> resolve(Freshness.ALWAYS, Intent.STAT, false));
    await(() -> origin.heads.get() == 1);
    reader.interrupt();
    reader.join();
    gate.countDown();
    await(() -> resolver.knownKeys() == 1);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.yield();
    }
  }

  private static byte[] snapshot(Resolver resolver) throws IOException {
    byte[] bytes = resolver.snapshot();
    if (bytes == null) {
      throw new AssertionError("nothing to save");
    }
    return bytes;
  }

  @Test
  void answers_an_empty_object() {
    origin.put("k", "\"0\"", new byte[0]);
    assertThat(found(resolve(ttl(30), Intent.READ, false)).blockCount()).isZero();
    assertThat(origin.gets).hasValue(1);
  }

  @Test
  void asks_the_bucket_once_for_many_at_once() throws Exception {
    origin.put("k", "\"1\"", FakeOrigin.content(1, 10_000));
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Resolution>> answers =
          IntStream.range(0, 64)
              .mapToObj(i -> executor.submit(() -> resolve(ttl(30), Intent.READ, false)))
              .toList();
      for (Future<Resolution> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Resolution.Found.class);
      }
    }
    assertThat(origin.gets.get() + origin.heads.get()).isEqualTo(1);
  }

  private Resolution resolve(Freshness freshness, Intent intent, boolean isFresh) {
    return resolver.resolve(
        name, new Resolver.Mounted(origin, BLOCK, freshness), intent, isFresh, scope);
  }

  private static Version found(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Resolution.Found.class);
    Version version = ((Resolution.Found) resolution).version();
    if (version == null) {
      throw new AssertionError("no identity");
    }
    return version;
  }

  private static Freshness ttl(long seconds) {
    return new Freshness(Duration.ofSeconds(seconds));
  }
}
