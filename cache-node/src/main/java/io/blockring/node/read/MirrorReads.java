package io.blockring.node.read;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import io.blockring.mirror.SourceReads;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A mirror's source, as its replicator reads it: through this node's ladder. */
public final class MirrorReads implements SourceReads {
  private static final int PAGE = 1_000;

  private final MountTable.Bound mount;
  private final Namespace namespace;

  public MirrorReads(MountTable.Bound mount, Namespace namespace) {
    this.mount = mount;
    this.namespace = namespace;
  }

  @Override
  public ListPage list(@Nullable String startAfter, long deadlineNanos) throws OriginException {
    return mount.origin().list("", "", startAfter, PAGE, deadlineNanos);
  }

  @Override
  public OpenObject open(String key, ReadScope scope) throws ReadException {
    // Only asked for: its bytes come block by block, from wherever they are nearest.
    return namespace.open(mount.mount(), key, Namespace.Intent.STAT, scope);
  }

  @Override
  public void read(OpenObject object, long offset, ByteBuffer target, ReadScope scope)
      throws ReadException {
    try {
      namespace.read(object, offset, target.remaining(), new Into(target), scope);
    } catch (IOException e) {
      throw new IllegalStateException("a buffer never refuses bytes", e);
    }
  }

  @Override
  public String md5(String key, long deadlineNanos) throws OriginException {
    return mount.origin().md5(key, deadlineNanos);
  }

  private record Into(ByteBuffer target) implements ByteSink {
    @Override
    public ByteBuffer claim(int maxBytes) {
      return target.slice(target.position(), Math.min(maxBytes, target.remaining()));
    }

    @Override
    public void commit(int bytes, Rung rung) {
      target.position(target.position() + bytes);
    }
  }
}
