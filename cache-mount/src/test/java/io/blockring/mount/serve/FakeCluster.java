package io.blockring.mount.serve;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.KeyOrder;
import io.blockring.client.origin.ListPage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One mount, {@code models}, whose objects have computed bytes; with a script of faults. */
final class FakeCluster implements Namespace {
  static final int BLOCK = 1 << 20;
  static final Mount MODELS =
      new Mount("models", MountId.parse("00112233445566778899aabbccddeeff"), BLOCK);

  record Stored(long size, String etag) {}

  /** A call of {@link #read}. */
  record Fetch(long offset, long length, TrafficClass trafficClass) {}

  final Map<String, Stored> objects = new ConcurrentSkipListMap<>(KeyOrder.UTF_8);
  final Queue<Fetch> fetches = new ConcurrentLinkedQueue<>();
  final AtomicInteger lists = new AtomicInteger();
  final AtomicInteger opens = new AtomicInteger();

  /** Thrown by the next reads, one each, after half of their bytes. */
  final Queue<ReadException.Kind> readFaults = new ConcurrentLinkedQueue<>();

  /** The bucket refuses its key. */
  volatile boolean isDenied;

  /** While it is not zero, reads wait for it. */
  volatile CountDownLatch hang = new CountDownLatch(0);

  void put(String key, long size, String etag) {
    objects.put(key, new Stored(size, '"' + etag + '"'));
  }

  /** The byte at an offset of a version. */
  static byte at(String etag, long offset) {
    return (byte) (offset * 31 + offset / 251 + etag.hashCode());
  }

  @Override
  public List<Mount> mounts() {
    return List.of(MODELS);
  }

  @Override
  public @Nullable Mount mount(String name) {
    return name.equals("models") ? MODELS : null;
  }

  @Override
  public OpenObject open(Mount mount, String key, Intent intent, ReadScope scope)
      throws ReadException {
    opens.incrementAndGet();
    if (isDenied) {
      throw new ReadException(ReadException.Kind.DENIED, key + ": scripted");
    }
    Stored stored = objects.get(key);
    if (stored == null) {
      throw new ReadException(ReadException.Kind.NOT_FOUND, key + ": no such key");
    }
    ObjectName name = new ObjectName(mount.id(), key);
    Version version =
        stored.etag().startsWith("W/")
            ? null
            : new Version(
                name, new Identity(Identity.Kind.ETAG, stored.etag()), stored.size(), BLOCK);
    return new OpenObject(mount, name, version, stored.size(), 1_000, stored.etag(), "");
  }

  @Override
  public Rung read(OpenObject object, long offset, long length, ByteSink sink, ReadScope scope)
      throws ReadException, IOException {
    fetches.add(new Fetch(offset, length, scope.trafficClass()));
    await(scope);
    Stored now = objects.get(object.name().key());
    if (now == null || !now.etag().equals(object.etag())) {
      throw new ReadException(ReadException.Kind.CHANGED, object.name() + " is gone");
    }
    ReadException.Kind fault = readFaults.poll();
    long good = fault == null ? length : length / 2;
    for (long done = 0; done < good; ) {
      ByteBuffer room = sink.claim((int) Math.min(64 * 1024, good - done));
      int count = room.remaining();
      for (int i = 0; i < count; i++) {
        room.put(at(object.etag(), offset + done + i));
      }
      sink.commit(count, Rung.PEER);
      done += count;
    }
    if (fault != null) {
      throw new ReadException(fault, "scripted");
    }
    return Rung.PEER;
  }

  private void await(ReadScope scope) throws ReadException {
    try {
      if (!hang.await(scope.remainingMillis(), TimeUnit.MILLISECONDS)) {
        throw new ReadException(ReadException.Kind.UNAVAILABLE, "nobody answered");
      }
    } catch (InterruptedException e) {
      throw new ReadException(ReadException.Kind.UNAVAILABLE, "interrupted");
    }
  }

  @Override
  public ListPage list(
      Mount mount,
      String prefix,
      String delimiter,
      String startAfter,
      int maxKeys,
      ReadScope scope) {
    lists.incrementAndGet();
    List<ListPage.Entry> entries = new ArrayList<>();
    for (Map.Entry<String, Stored> object : objects.entrySet()) {
      String key = object.getKey();
      int slash = delimiter.isEmpty() ? -1 : key.indexOf('/', prefix.length());
      String name = slash < 0 ? key : key.substring(0, slash + 1);
      boolean isNew =
          entries.isEmpty() || !Objects.requireNonNull(entries.getLast()).name().equals(name);
      boolean isAfter = startAfter.isEmpty() || KeyOrder.UTF_8.compare(name, startAfter) > 0;
      if (key.startsWith(prefix) && isNew && isAfter) {
        if (entries.size() == maxKeys) {
          return new ListPage(entries, entries.getLast().name());
        }
        Stored stored = object.getValue();
        entries.add(new ListPage.Entry(name, slash >= 0, stored.size(), stored.etag(), 1_234));
      }
    }
    return new ListPage(entries, "");
  }
}
