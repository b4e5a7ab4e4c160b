package io.blockring.node.http.s3;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ReadException.Kind;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Mounts in memory whose objects are generated, and which fail as a script says. */
final class FakeNamespace implements Namespace {

  /** 2026-10-21T07:28:00.123Z. */
  static final long LAST_MODIFIED = 1_792_567_680_123L;

  /** What one call does before, or instead of, what it should. */
  sealed interface Fault {
    /** {@link #open} fails. */
    record OpenFails(ReadException cause) implements Fault {}

    /** A read delivers this many bytes, then fails. */
    record ReadFails(long afterBytes, ReadException cause) implements Fault {}

    /** A read throws what no contract knows. */
    record ReadBreaks(long afterBytes) implements Fault {}

    /** A read delivers this many bytes, tells {@code reached}, and waits for {@code release}. */
    record ReadWaits(long afterBytes, CountDownLatch reached, CountDownLatch release)
        implements Fault {}
  }

  private record Stored(long size, String version, String contentType) {}

  private final Map<String, Mount> mounts = new TreeMap<>();
  private final Map<Mount, TreeMap<String, Stored>> objects = new ConcurrentHashMap<>();
  private final Queue<Fault> script = new ConcurrentLinkedQueue<>();
  final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  final AtomicReference<Throwable> lastReadEnd = new AtomicReference<>();
  final AtomicReference<ReadScope> lastScope = new AtomicReference<>();
  volatile Rung rung = Rung.SSD;

  /** Bytes a read puts into the sink at a time, at most. */
  volatile int pieceBytes = 64 * 1024;

  /** Objects of text instead of cells: byte {@code n} is a digit of {@code n / 100}. */
  volatile boolean isText;

  Mount addMount(String name) {
    Mount mount =
        new Mount(
            name,
            MountId.of("s3://bucket/" + name, "", Blocks.DEFAULT_BLOCK_BYTES, "etag"),
            Blocks.DEFAULT_BLOCK_BYTES);
    mounts.put(name, mount);
    objects.put(mount, new TreeMap<>(FakeNamespace::compareUtf8));
    return mount;
  }

  Cells put(String mount, String key, long size) {
    return put(mount, key, size, "v1", "");
  }

  Cells put(String mount, String key, long size, String version, String contentType) {
    synchronized (this) {
      Objects.requireNonNull(objects.get(mounts.get(mount)))
          .put(key, new Stored(size, version, contentType));
    }
    return new Cells(mount, key, version);
  }

  /** The next call that this fault fits meets it. */
  void script(Fault... faults) {
    script.addAll(Arrays.asList(faults));
  }

  static String etag(String version) {
    return "\"" + version + "\"";
  }

  @Override
  public List<Mount> mounts() {
    return List.copyOf(mounts.values());
  }

  @Override
  public @Nullable Mount mount(String name) {
    return mounts.get(name);
  }

  @Override
  public OpenObject open(Mount mount, String key, Intent intent, ReadScope scope)
      throws ReadException {
    calls.add("open " + intent + " " + key);
    lastScope.set(scope);
    if (script.peek() instanceof Fault.OpenFails(ReadException cause)) {
      script.remove();
      throw cause;
    }
    Stored stored;
    synchronized (this) {
      stored = Objects.requireNonNull(objects.get(mount)).get(key);
    }
    if (stored == null) {
      throw new ReadException(Kind.NOT_FOUND, "no key '" + key + "' in mount " + mount.name());
    }
    ObjectName name = new ObjectName(mount.id(), key);
    Identity identity = new Identity(Identity.Kind.ETAG, etag(stored.version()));
    return new OpenObject(
        mount,
        name,
        new Version(name, identity, stored.size(), mount.blockBytes()),
        stored.size(),
        LAST_MODIFIED,
        etag(stored.version()),
        stored.contentType());
  }

  @Override
  public Rung read(OpenObject object, long offset, long length, ByteSink sink, ReadScope scope)
      throws ReadException, IOException {
    calls.add("read " + object.name().key() + " " + offset + "+" + length);
    Fault fault = script.peek();
    if (fault instanceof Fault.OpenFails) {
      fault = null;
    } else {
      script.poll();
    }
    String version = object.etag().replace("\"", "");
    Cells cells = new Cells(object.mount().name(), object.name().key(), version);
    try {
      long faultAt = faultAt(fault, length);
      deliver(cells, offset, 0, faultAt, sink);
      meet(fault);
      deliver(cells, offset, faultAt, length, sink);
      return rung;
    } catch (IOException | RuntimeException e) {
      lastReadEnd.set(e);
      throw e;
    }
  }

  static byte[] text(long offset, int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) ('0' + (offset + i) / 100 % 10);
    }
    return text;
  }

  private static long faultAt(@Nullable Fault fault, long length) {
    return switch (fault) {
      case Fault.ReadFails(long after, _) -> after;
      case Fault.ReadBreaks(long after) -> after;
      case Fault.ReadWaits(long after, _, _) -> after;
      case null, default -> length;
    };
  }

  private void meet(@Nullable Fault fault) throws ReadException {
    switch (fault) {
      case Fault.ReadFails(_, ReadException cause) -> throw cause;
      case Fault.ReadBreaks _ -> throw new IllegalStateException("scripted");
      case Fault.ReadWaits(_, CountDownLatch reached, CountDownLatch release) -> {
        reached.countDown();
        try {
          if (!release.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody released the read");
          }
        } catch (InterruptedException e) {
          lastReadEnd.set(e);
          throw new ReadException(Kind.UNAVAILABLE, "interrupted");
        }
      }
      case null, default -> {}
    }
  }

  private void deliver(Cells cells, long offset, long from, long to, ByteSink sink)
      throws IOException {
    for (long at = from; at < to; ) {
      ByteBuffer room = sink.claim((int) Math.min(pieceBytes, to - at));
      int bytes = room.remaining();
      if (isText) {
        room.put(text(offset + at, bytes));
      } else {
        cells.fill(room, offset + at);
      }
      sink.commit(bytes, rung);
      at += bytes;
    }
  }

  @Override
  public ListPage list(
      Mount mount, String prefix, String delimiter, String startAfter, int maxKeys, ReadScope scope)
      throws ReadException {
    calls.add("list " + prefix + " " + delimiter + " " + startAfter + " " + maxKeys);
    if (script.peek() instanceof Fault.OpenFails(ReadException cause)) {
      script.remove();
      throw cause;
    }
    List<ListPage.Entry> entries = new ArrayList<>();
    TreeSet<String> prefixes = new TreeSet<>();
    TreeMap<String, Stored> all;
    synchronized (this) {
      all = new TreeMap<>(Objects.requireNonNull(objects.get(mount)));
    }
    String last = "";
    for (Map.Entry<String, Stored> each : all.entrySet()) {
      String key = each.getKey();
      boolean isSkippedGroup =
          !delimiter.isEmpty()
              && startAfter.endsWith(delimiter)
              && startAfter.length() > prefix.length()
              && key.startsWith(startAfter);
      if (!key.startsWith(prefix) || compareUtf8(key, startAfter) <= 0 || isSkippedGroup) {
        continue;
      }
      int fold = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      String name = fold < 0 ? key : key.substring(0, fold + delimiter.length());
      if (fold >= 0 && !prefixes.add(name)) {
        continue;
      }
      if (entries.size() == maxKeys) {
        return new ListPage(entries, last);
      }
      entries.add(
          fold >= 0
              ? new ListPage.Entry(name, true, 0, "", 0)
              : new ListPage.Entry(
                  name,
                  false,
                  each.getValue().size(),
                  etag(each.getValue().version()),
                  LAST_MODIFIED));
      last = name;
    }
    return new ListPage(entries, "");
  }

  private static int compareUtf8(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
