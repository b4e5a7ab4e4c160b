package io.blockring.mirror;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.Copies;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.RetryBudget;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A bucket in memory, as a source and as a home of copies, with a script of faults. */
final class FakeBucket implements Origin, Copies {

  /**
   * @param copied null for an object that is no copy
   */
  record Stored(byte[] bytes, ObjectMetadata metadata, @Nullable ObjectMetadata copied) {}

  final TreeMap<String, Stored> objects = new TreeMap<>();
  final List<String> asked = new ArrayList<>();

  /** The next questions' failures, in order; null for none. After the last nothing fails. */
  final Deque<Kind> faults = new ArrayDeque<>();

  /** Fails every question, over the script. */
  @Nullable Kind broken;

  /** Nothing is asked, as this process has no turn for it. */
  boolean limiterSheds;

  /** How many questions for a copy's bytes hang now. */
  final AtomicInteger hanging = new AtomicInteger();

  /** Questions for a copy's bytes wait here, and fail then; null: they do not. */
  volatile @Nullable CountDownLatch hang;

  /** Bytes after which the next body ends with a failure; -1: at its end. */
  int cutAfter = -1;

  private int versions;

  ObjectMetadata put(String key, byte[] bytes) {
    ObjectMetadata metadata = metadata(bytes.length, ++versions, versions * 1000L);
    objects.put(key, new Stored(bytes, metadata, null));
    return metadata;
  }

  synchronized void putCopy(String key, byte[] bytes, ObjectMetadata source) {
    ObjectMetadata own = metadata(bytes.length, ++versions, versions * 1000L);
    objects.put(key, new Stored(bytes, own, source));
  }

  private static ObjectMetadata metadata(long size, int version, long modified) {
    String etag = "\"v" + version + "\"";
    return new ObjectMetadata(
        new Identity(Identity.Kind.ETAG, etag), size, modified, etag, "text/plain");
  }

  private synchronized <A> A answer(String question, Supplier<A> answer) throws OriginException {
    asked.add(question);
    Kind fault = broken != null ? broken : faults.poll();
    if (limiterSheds) {
      throw OriginException.ofCaller(Kind.THROTTLED, question + ": no turn", Duration.ZERO, null);
    }
    if (fault != null) {
      throw new OriginException(fault, question + ": scripted " + fault);
    }
    return answer.get();
  }

  private synchronized Stored stored(String key) throws OriginException {
    Stored stored = objects.get(key);
    if (stored == null) {
      throw new OriginException(Kind.NOT_FOUND, "no such key: " + key);
    }
    return stored;
  }

  /** As a source. */
  Origin source() {
    return this;
  }

  @Override
  public Body getFirst(String key, int maxBytes, long deadlineNanos) throws OriginException {
    answer("GET " + key, () -> "");
    Stored stored = stored(key);
    return body(stored, 0, Math.min(maxBytes, stored.bytes.length), stored.metadata);
  }

  @Override
  public Body getRange(
      String key, Identity identity, long size, long offset, int length, long deadlineNanos)
      throws OriginException {
    answer("GET " + key, () -> "");
    Stored stored = stored(key);
    if (!identity.equals(stored.metadata.identity())) {
      throw new OriginException(Kind.CHANGED, key + " has another version");
    }
    return body(stored, offset, length, stored.metadata);
  }

  @Override
  public Body getRange(
      String key, ObjectMetadata wanted, long offset, int length, long deadlineNanos)
      throws OriginException {
    answer("GET copy " + key, () -> "");
    CountDownLatch held = hang;
    if (held != null) {
      hanging.incrementAndGet();
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new OriginException(Kind.UNAVAILABLE, "hung");
    }
    Stored stored = stored(key);
    if (stored.copied == null
        || !String.valueOf(stored.copied.identity()).equals(String.valueOf(wanted.identity()))) {
      throw new OriginException(Kind.CHANGED, key + " is no copy of it");
    }
    return body(stored, offset, length, wanted);
  }

  @Override
  public ObjectMetadata head(String key, long deadlineNanos) throws OriginException {
    answer("HEAD " + key, () -> "");
    return stored(key).metadata;
  }

  /** The same bucket as a home of copies, where a question means another thing. */
  Copies copies() {
    return new Copies() {
      @Override
      public Body getRange(
          String key, ObjectMetadata wanted, long offset, int length, long deadlineNanos)
          throws OriginException {
        return FakeBucket.this.getRange(key, wanted, offset, length, deadlineNanos);
      }

      @Override
      public @Nullable ObjectMetadata head(String key, long deadlineNanos) throws OriginException {
        answer("HEAD copy " + key, () -> "");
        Stored stored = objects.get(key);
        return stored == null ? null : stored.copied;
      }

      @Override
      public ListPage list(@Nullable String startAfter, int maxKeys, long deadlineNanos)
          throws OriginException {
        return FakeBucket.this.list(startAfter, maxKeys, deadlineNanos);
      }

      @Override
      public void put(String key, ObjectMetadata source, ByteBuffer bytes, long deadlineNanos)
          throws OriginException {
        FakeBucket.this.put(key, source, bytes, deadlineNanos);
      }

      @Override
      public Upload begin(String key, ObjectMetadata source, long deadlineNanos)
          throws OriginException {
        return FakeBucket.this.begin(key, source, deadlineNanos);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public ListPage list(
      String prefix, String delimiter, @Nullable String startAfter, int maxKeys, long deadlineNanos)
      throws OriginException {
    return list(startAfter, maxKeys, deadlineNanos);
  }

  @Override
  public ListPage list(@Nullable String startAfter, int maxKeys, long deadlineNanos)
      throws OriginException {
    return answer(
        "LIST " + startAfter,
        () -> {
          Map<String, Stored> rest =
              startAfter == null ? objects : objects.tailMap(startAfter, false);
          List<ListPage.Entry> page =
              rest.entrySet().stream()
                  .limit(maxKeys)
                  .map(
                      e ->
                          new ListPage.Entry(
                              e.getKey(),
                              false,
                              e.getValue().bytes.length,
                              e.getValue().metadata.etag(),
                              e.getValue().metadata.lastModifiedEpochMillis()))
                  .toList();
          return new ListPage(page, page.size() < rest.size() ? page.getLast().name() : "");
        });
  }

  @Override
  public void put(String key, ObjectMetadata source, ByteBuffer bytes, long deadlineNanos)
      throws OriginException {
    answer("PUT " + key, () -> "");
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    putCopy(key, copy, source);
  }

  @Override
  public Upload begin(String key, ObjectMetadata source, long deadlineNanos)
      throws OriginException {
    answer("BEGIN " + key, () -> "");
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    return new Upload() {
      @Override
      public void part(ByteBuffer bytes, long partDeadlineNanos) throws OriginException {
        answer("PART " + key, () -> "");
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        parts.writeBytes(copy);
      }

      @Override
      public void complete(long completeDeadlineNanos) throws OriginException {
        answer("COMPLETE " + key, () -> "");
        putCopy(key, parts.toByteArray(), source);
      }

      @Override
      public void close() {
        synchronized (FakeBucket.this) {
          asked.add("CLOSE " + key);
        }
      }
    };
  }

  @Override
  public RetryBudget retries() {
    return new RetryBudget(System::nanoTime);
  }

  @Override
  public void close() {}

  private synchronized Body body(Stored stored, long offset, int length, ObjectMetadata metadata) {
    int cut = cutAfter;
    cutAfter = -1;
    return new Body() {
      private int at;

      @Override
      public ObjectMetadata metadata() {
        return metadata;
      }

      @Override
      public int length() {
        return length;
      }

      @Override
      public int read(ByteBuffer target) throws OriginException {
        if (cut >= 0 && at >= cut) {
          throw new OriginException(Kind.UNAVAILABLE, "the body was cut");
        }
        if (at == length) {
          return -1;
        }
        int end = cut < 0 ? length : Math.min(cut, length);
        int count = Math.min(target.remaining(), end - at);
        target.put(stored.bytes, (int) offset + at, count);
        at += count;
        return count;
      }

      @Override
      public void close() {}
    };
  }
}
