package io.blockring.node.read;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.CountedSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.Version;
import io.blockring.client.object.ObjectReads;
import io.blockring.client.object.Opens;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mounts of this cluster as its S3 endpoint and admin API read them: through this node's
 * ladder.
 */
public final class NodeNamespace implements Namespace {
  private static final int STEP_BYTES = 64 * 1024;

  private final MountTable mounts;
  private final Opens opens;
  private final ObjectReads reads;
  private final ReadCounters counters;

  public NodeNamespace(MountTable mounts, Opens opens, ObjectReads reads, ReadCounters counters) {
    this.mounts = mounts;
    this.opens = opens;
    this.reads = reads;
    this.counters = counters;
  }

  @Override
  public List<Mount> mounts() {
    return mounts.mounts();
  }

  @Override
  public @Nullable Mount mount(String name) {
    MountTable.Bound bound = mounts.byName(name);
    return bound == null ? null : bound.mount();
  }

  @Override
  public OpenObject open(Mount mount, String key, Intent intent, ReadScope scope)
      throws ReadException {
    try {
      return opens.open(mount, key, intent, false, scope);
    } catch (ReadException e) {
      failed(e);
      throw e;
    }
  }

  @Override
  public Rung read(OpenObject object, long offset, long length, ByteSink sink, ReadScope scope)
      throws ReadException, IOException {
    long begun = System.nanoTime();
    CountedSink counted = new CountedSink(sink);
    try {
      Version version = object.version();
      Rung rung =
          version == null
              ? readThrough(object, offset, length, counted, scope)
              : reads.stream(version, offset, length, counted, scope);
      counters.onRead(rung, scope.trafficClass(), System.nanoTime() - begun);
      return rung;
    } catch (ReadException e) {
      failed(e);
      if (e.kind() == ReadException.Kind.CHANGED) {
        learnNewVersion(object, scope);
      }
      throw e;
    } finally {
      counters.onDelivered(counted.deepest(), scope.trafficClass(), counted.delivered());
    }
  }

  @Override
  public ListPage list(
      Mount mount, String prefix, String delimiter, String startAfter, int maxKeys, ReadScope scope)
      throws ReadException {
    try {
      return bound(mount)
          .origin()
          .list(
              prefix,
              delimiter,
              startAfter.isEmpty() ? null : startAfter,
              maxKeys,
              scope.deadlineNanos());
    } catch (OriginException e) {
      throw Opens.refusal(mount, prefix, e);
    }
  }

  /** Not counted when it ended because its reader went away. */
  private void failed(ReadException e) {
    if (!Thread.currentThread().isInterrupted()) {
      counters.onFailure(e);
    }
  }

  /** So that the next open, by anyone, gets the version that took the old one's place. */
  private void learnNewVersion(OpenObject object, ReadScope scope) {
    Thread.ofVirtual()
        .name("reopen-" + scope.traceId())
        .start(
            () -> {
              try {
                ReadScope own =
                    new ReadScope(
                        scope.traceId(), scope.trafficClass(), System.nanoTime() + 5_000_000_000L);
                opens.open(object.mount(), object.name().key(), Intent.STAT, true, own);
              } catch (ReadException e) {
                // The next open will meet the same, and say so to someone who asked.
              }
            });
  }

  /**
   * An object without identity: one request from its first byte, whatever the offset, because two
   * requests could answer from two versions.
   */
  private Rung readThrough(
      OpenObject object, long offset, long length, ByteSink sink, ReadScope scope)
      throws ReadException, IOException {
    if (offset + length > Integer.MAX_VALUE) {
      throw new ReadException(
          ReadException.Kind.UNAVAILABLE,
          object.name()
              + " has no strong identity, so it is read in one request of at most "
              + Integer.MAX_VALUE
              + " bytes; byte "
              + (offset + length)
              + " lies beyond");
    }
    Rung rung = bound(object.mount()).rung();
    try (Origin.Body body =
        bound(object.mount())
            .origin()
            .getFirst(object.name().key(), (int) (offset + length), scope.deadlineNanos())) {
      skip(body, offset);
      long left = length;
      while (left > 0) {
        int count = body.read(sink.claim((int) Math.min(left, STEP_BYTES)));
        if (count < 0) {
          throw new ReadException(
              ReadException.Kind.CHANGED, object.name() + " is shorter than it was when opened");
        }
        sink.commit(count, rung);
        left -= count;
      }
      return rung;
    } catch (OriginException e) {
      throw Opens.refusal(object.mount(), object.name().key(), e);
    }
  }

  private static void skip(Origin.Body body, long bytes) throws OriginException {
    ByteBuffer scratch = ByteBuffer.allocateDirect((int) Math.min(Math.max(1, bytes), STEP_BYTES));
    long left = bytes;
    while (left > 0) {
      int count = body.read(scratch.clear().limit((int) Math.min(left, scratch.capacity())));
      if (count < 0) {
        return; // The reader meets the end with its first byte.
      }
      left -= count;
    }
  }

  private MountTable.Bound bound(Mount mount) throws ReadException {
    MountTable.Bound bound = mounts.byId(mount.id());
    if (bound == null) {
      throw new ReadException(
          ReadException.Kind.NOT_FOUND, "this node has no mount " + mount.name());
    }
    return bound;
  }
}
