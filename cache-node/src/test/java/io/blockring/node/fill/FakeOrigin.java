package io.blockring.node.fill;

import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectChecksum;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.RetryBudget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bucket in memory with a fault script: counts requests and bytes, can hold bodies back, break
 * them off, refuse.
 */
public final class FakeOrigin implements Origin {
  private record Stored(String etag, byte[] bytes) {}

  private final Map<String, Stored> objects = new ConcurrentHashMap<>();
  public final AtomicInteger heads = new AtomicInteger();
  public final AtomicInteger gets = new AtomicInteger();
  public final AtomicLong bytes = new AtomicLong();

  /** Bodies wait here before their last byte; null lets them run. */
  public volatile @Nullable CountDownLatch gate;

  /** Metadata waits here; null lets it through. */
  public volatile @Nullable CountDownLatch headGate;

  /** What it keeps of every object; null for nothing. */
  public volatile @Nullable ObjectChecksum kept;

  /** How often it was asked for that. */
  public final AtomicInteger checksums = new AtomicInteger();

  /** How many bodies still to come break off in their middle. */
  public final AtomicInteger breaks = new AtomicInteger();

  /** For whom it was asked the last time. */
  public volatile Supplier<TrafficClass> forWhom = () -> TrafficClass.READ;

  /** What every request meets; null for none. */
  public volatile OriginException.@Nullable Kind refusal;

  public void put(String key, String etag, byte[] content) {
    objects.put(key, new Stored(etag, content));
  }

  public void delete(String key) {
    objects.remove(key);
  }

  public static byte[] content(long seed, int length) {
    byte[] content = new byte[length];
    new java.util.Random(seed).nextBytes(content);
    return content;
  }

  public Version version(ObjectName name, int blockBytes) {
    Stored stored = objects.get(name.key());
    if (stored == null) {
      throw new IllegalArgumentException(name.key());
    }
    return new Version(
        name, new Identity(Identity.Kind.ETAG, stored.etag()), stored.bytes().length, blockBytes);
  }

  @Override
  public Origin askedFor(Supplier<TrafficClass> trafficClass) {
    forWhom = trafficClass;
    return this;
  }

  @Override
  public ObjectMetadata head(String key, long deadlineNanos) throws OriginException {
    heads.incrementAndGet();
    CountDownLatch held = headGate;
    if (held != null) {
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new OriginException(OriginException.Kind.UNAVAILABLE, "interrupted");
      }
    }
    return metadata(find(key));
  }

  @Override
  public Body getFirst(String key, int maxBytes, long deadlineNanos) throws OriginException {
    gets.incrementAndGet();
    Stored stored = find(key);
    return new FakeBody(stored, 0, Math.min(maxBytes, stored.bytes().length));
  }

  @Override
  public Body getRange(
      String key, Identity identity, long size, long offset, int length, long deadlineNanos)
      throws OriginException {
    gets.incrementAndGet();
    Stored stored = find(key);
    if (!identity.value().equals(stored.etag())) {
      throw new OriginException(OriginException.Kind.CHANGED, key + " is " + stored.etag());
    }
    return new FakeBody(stored, (int) offset, length);
  }

  @Override
  public ListPage list(
      String prefix,
      String delimiter,
      @Nullable String startAfter,
      int maxKeys,
      long deadlineNanos) {
    return new ListPage(List.of(), "");
  }

  @Override
  public @Nullable ObjectChecksum checksum(String key, Identity identity, long deadlineNanos)
      throws OriginException {
    checksums.incrementAndGet();
    return identity.value().equals(find(key).etag()) ? kept : null;
  }

  @Override
  public RetryBudget retries() {
    return new RetryBudget(System::nanoTime);
  }

  @Override
  public void close() {}

  private Stored find(String key) throws OriginException {
    OriginException.Kind kind = refusal;
    if (kind != null) {
      throw new OriginException(kind, "scripted " + kind);
    }
    Stored stored = objects.get(key);
    if (stored == null) {
      throw new OriginException(OriginException.Kind.NOT_FOUND, "no key " + key);
    }
    return stored;
  }

  private static ObjectMetadata metadata(Stored stored) {
    return new ObjectMetadata(
        new Identity(Identity.Kind.ETAG, stored.etag()),
        stored.bytes().length,
        0,
        stored.etag(),
        "");
  }

  private final class FakeBody implements Body {
    private final Stored stored;
    private final int offset;
    private final int length;
    private final boolean isBroken = breaks.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    private int done;

    FakeBody(Stored stored, int offset, int length) {
      this.stored = stored;
      this.offset = offset;
      this.length = length;
    }

    @Override
    public ObjectMetadata metadata() {
      return FakeOrigin.metadata(stored);
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public int read(ByteBuffer target) throws OriginException {
      if (done == length) {
        return -1;
      }
      if (isBroken && done >= length / 2) {
        throw new OriginException(OriginException.Kind.UNAVAILABLE, "scripted break at " + done);
      }
      CountDownLatch held = gate;
      if (held != null && done > 0) {
        try {
          held.await();
        } catch (InterruptedException e) {
          throw new OriginException(OriginException.Kind.UNAVAILABLE, "interrupted");
        }
      }
      int count = Math.min(Math.min(target.remaining(), length - done), Math.max(1, length / 3));
      target.put(stored.bytes(), offset + done, count);
      done += count;
      bytes.addAndGet(count);
      return count;
    }

    @Override
    public void close() {}
  }
}
