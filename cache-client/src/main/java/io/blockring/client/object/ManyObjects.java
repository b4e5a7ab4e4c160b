package io.blockring.client.object;

import io.blockring.client.Outcome;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.memory.MemoryRung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BatchWire;
import io.blockring.client.peer.BatchedRead;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads many objects whole. Small ones are asked for together, those of one owner in one request;
 * whatever did not come with its batch goes down the ladder by itself, and so do large ones.
 */
public final class ManyObjects {
  private final Routes routes;
  private final PeerClient peers;
  private final @Nullable MemoryRung memory;
  private final ObjectReads singly;
  private final int parallel;

  /**
   * @param memory null when nothing is kept
   * @param parallel batches, and after them single reads, at a time
   */
  public ManyObjects(
      Routes routes,
      PeerClient peers,
      @Nullable MemoryRung memory,
      ObjectReads singly,
      int parallel) {
    this.routes = routes;
    this.peers = peers;
    this.memory = memory;
    this.singly = singly;
    this.parallel = parallel;
  }

  /**
   * The bytes of each, in the same order, in buffers that are the caller's.
   *
   * @throws IllegalArgumentException when one has more bytes than a buffer can
   */
  public List<Outcome<ByteBuffer>> read(List<Version> versions, ReadScope scope) {
    List<ByteBuffer> buffers = new ArrayList<>(versions.size());
    List<SmallObject> small = new ArrayList<>();
    for (Version version : versions) {
      ByteBuffer bytes = buffer(version);
      buffers.add(bytes);
      if (version.blockCount() == 1 && BatchedRead.fits(BlockRange.whole(version, 0))) {
        SmallObject object = new SmallObject(version, bytes);
        if (!isInMemory(object, scope)) {
          small.add(object);
        }
      }
    }
    SideBySide.each(
        batches(small), parallel, "batch-" + scope.traceId(), batch -> read(batch, scope));
    return rest(versions, buffers, scope);
  }

  private static ByteBuffer buffer(Version version) {
    if (version.size() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(version + " is too large for one buffer");
    }
    return ByteBuffer.allocate((int) version.size());
  }

  private List<Outcome<ByteBuffer>> rest(
      List<Version> versions, List<ByteBuffer> buffers, ReadScope scope) {
    List<Outcome<ByteBuffer>> outcomes = new ArrayList<>(versions.size());
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < buffers.size(); i++) {
      boolean isMissing = buffers.get(i).hasRemaining();
      // What is missing is never taken for there, whatever becomes of the thread that reads it.
      outcomes.add(
          isMissing
              ? new Outcome.Refused<>(notRead(versions.get(i)))
              : new Outcome.Got<>(buffers.get(i)));
      if (isMissing) {
        missing.add(i);
      }
    }
    SideBySide.each(
        missing,
        parallel,
        "single-" + scope.traceId(),
        // Each writes into a place of its own.
        i -> outcomes.set(i, single(versions.get(i), buffers.get(i), scope)));
    buffers.forEach(ByteBuffer::flip);
    return outcomes;
  }

  private static ReadException notRead(Version version) {
    return new ReadException(ReadException.Kind.UNAVAILABLE, version + " was not read");
  }

  private Outcome<ByteBuffer> single(Version version, ByteBuffer bytes, ReadScope scope) {
    try {
      singly.bulk(version, 0, bytes.clear(), scope);
      return new Outcome.Got<>(bytes);
    } catch (ReadException e) {
      return new Outcome.Refused<>(e);
    }
  }

  private record Batch(PeerAddress owner, List<SmallObject> objects) {}

  private record Group(PeerAddress owner, MountId mount) {}

  /** Those of one owner and mount together, as many as a request may name. */
  private List<Batch> batches(List<SmallObject> small) {
    Map<Group, List<SmallObject>> groups = new LinkedHashMap<>();
    for (SmallObject object : small) {
      PeerAddress owner = owner(object.range());
      if (owner != null) {
        Group group = new Group(owner, object.range().version().name().mount());
        groups.computeIfAbsent(group, g -> new ArrayList<>()).add(object);
      }
    }
    List<Batch> batches = new ArrayList<>();
    groups.forEach((group, objects) -> cut(group.owner(), objects, batches));
    return batches;
  }

  private static void cut(PeerAddress owner, List<SmallObject> objects, List<Batch> batches) {
    int from = 0;
    int bodyBytes = 0;
    int bytes = 0;
    for (int i = 0; i < objects.size(); i++) {
      BlockRange range = objects.get(i).range();
      int itemBytes = BatchWire.itemBytes(range);
      boolean isFull =
          i - from == BatchWire.MAX_ITEMS
              || bodyBytes + itemBytes > BatchWire.MAX_BODY_BYTES
              || bytes + range.length() > BatchWire.MAX_BATCH_BYTES;
      if (isFull) {
        batches.add(new Batch(owner, objects.subList(from, i)));
        from = i;
        bodyBytes = 0;
        bytes = 0;
      }
      bodyBytes += itemBytes;
      bytes += range.length();
    }
    if (objects.size() - from > 1) { // One alone is as well asked for by itself.
      batches.add(new Batch(owner, objects.subList(from, objects.size())));
    }
  }

  /** Whom a single read would ask first, and get an answer; null when there is nobody. */
  private @Nullable PeerAddress owner(BlockRange range) {
    for (Routes.Member member : routes.candidates(range.placementHash())) {
      PeerAddress address = new PeerAddress(member.host(), member.blockPort());
      if (!peers.health().isPaused(address)) {
        return address;
      }
    }
    return null;
  }

  private void read(Batch batch, ReadScope scope) {
    List<BatchedRead> reads =
        batch.objects().stream().map(object -> new BatchedRead(object.range(), object)).toList();
    try {
      // Its answers are seen in the objects: each is there, or goes down the ladder by itself.
      peers.readBatch(batch.owner(), BlockWire.Kind.READ, reads, scope, routes.fingerprint());
    } catch (IOException e) {
      throw new IllegalStateException("a buffer never refuses bytes", e);
    }
    batch.objects().forEach(object -> remember(object, scope));
  }

  private boolean isInMemory(SmallObject object, ReadScope scope) {
    if (memory == null) {
      return false;
    }
    try {
      memory.read(SmallObject.NOBODY, object.range(), object, scope);
    } catch (IOException e) {
      throw new IllegalStateException("a buffer never refuses bytes", e);
    }
    if (!object.isThere()) {
      object.clear();
    }
    return object.isThere();
  }

  private void remember(SmallObject object, ReadScope scope) {
    if (memory != null && object.isThere()) {
      try {
        memory.read(object::copyTo, object.range(), new SmallObject.Discarded(), scope);
      } catch (IOException e) {
        throw new IllegalStateException("a buffer never refuses bytes", e);
      }
    }
  }
}
