package io.blockring.node.http.admin;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One mount with one object, whose bytes follow from their offsets. */
final class FakeNamespace implements Namespace {
  static final String KEY = "sd/unet.safetensors";

  private final Mount models =
      new Mount("models", MountId.parse("0123456789abcdef0123456789abcdef"), 4 << 20);

  volatile long size = 10_485_760;

  /** Reading fails when it gets here. */
  volatile long failsAt = Long.MAX_VALUE;

  volatile ReadException.Kind failure = ReadException.Kind.UNAVAILABLE;
  volatile boolean isWithoutIdentity;

  /** How far any read has come. */
  final AtomicLong committed = new AtomicLong();

  static byte byteAt(long offset) {
    return (byte) (offset * 31 + (offset >> 12));
  }

  static byte[] bytes(long offset, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = byteAt(offset + i);
    }
    return bytes;
  }

  @Override
  public List<Mount> mounts() {
    return List.of(models);
  }

  @Override
  public @Nullable Mount mount(String name) {
    return name.equals("models") ? models : null;
  }

  @Override
  public OpenObject open(Mount mount, String key, Intent intent, ReadScope scope)
      throws ReadException {
    if (!key.equals(KEY)) {
      throw new ReadException(ReadException.Kind.NOT_FOUND, "no such key: /models/" + key);
    }
    ObjectName name = new ObjectName(mount.id(), key);
    Identity identity = new Identity(Identity.Kind.ETAG, "\"9b2cf5\"");
    Version version =
        isWithoutIdentity ? null : new Version(name, identity, size, mount.blockBytes());
    return new OpenObject(
        mount,
        name,
        version,
        size,
        1_795_000_000_000L,
        isWithoutIdentity ? "" : "\"9b2cf5\"",
        "application/octet-stream");
  }

  @Override
  public Rung read(OpenObject object, long offset, long length, ByteSink sink, ReadScope scope)
      throws ReadException, IOException {
    long position = offset;
    while (position < offset + length) {
      if (position >= failsAt) {
        throw new ReadException(failure, "stopped at byte " + position);
      }
      long limit = Math.min(offset + length, Math.max(failsAt, position + 1));
      ByteBuffer room = sink.claim((int) Math.min(100_000, limit - position));
      int bytes = room.remaining();
      for (int i = 0; i < bytes; i++) {
        room.put(byteAt(position + i));
      }
      sink.commit(bytes, Rung.PEER);
      position += bytes;
      committed.set(position);
    }
    return Rung.PEER;
  }

  @Override
  public ListPage list(
      Mount mount, String prefix, String delimiter, String startAfter, int maxKeys, ReadScope scope)
      throws ReadException {
    if (!prefix.equals("sd/")) {
      return new ListPage(List.of(), "");
    }
    return new ListPage(
        List.of(
            new ListPage.Entry("sd/text/", true, 0, "", 0),
            new ListPage.Entry(KEY, false, 10_485_760, "\"9b2cf5\"", 1_795_000_000_000L)),
        "");
  }
}
