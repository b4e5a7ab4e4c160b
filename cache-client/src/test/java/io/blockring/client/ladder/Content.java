package io.blockring.client.ladder;

import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Bytes that tell where they belong: each one is a function of its version and position. */
public final class Content {
  public static final MountId MOUNT = MountId.of("s3://test/", "", 64 * 1024, "auto");

  private Content() {}

  public static Version version(String key, String etag, long size, int blockBytes) {
    return new Version(
        new ObjectName(MOUNT, key), new Identity(Identity.Kind.ETAG, etag), size, blockBytes);
  }

  public static byte at(Version version, long position) {
    long z = version.digest().low() + position * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 29)) * 0xBF58476D1CE4E5B9L;
    return (byte) (z >>> 56);
  }

  public static byte[] of(Version version, long offset, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = at(version, offset + i);
    }
    return bytes;
  }

  public static long start(BlockRange range) {
    return (long) range.blockIndex() * range.version().blockBytes() + range.offset();
  }

  /** A source that has everything, commits in steps, and counts. */
  public static final class Source implements BlockSource {
    public final List<BlockRange> asked = new ArrayList<>();
    private final Rung rung;
    private final int stepBytes;

    public Source(Rung rung, int stepBytes) {
      this.rung = rung;
      this.stepBytes = stepBytes;
    }

    @Override
    public Answer read(BlockRange range, ByteSink sink, ReadScope scope) throws IOException {
      synchronized (asked) {
        asked.add(range);
      }
      deliver(range, range.length(), sink, rung, stepBytes);
      return new Answer.Complete();
    }
  }

  /** Commits the first {@code count} bytes of a range. */
  public static void deliver(BlockRange range, int count, ByteSink sink, Rung rung, int stepBytes)
      throws IOException {
    int done = 0;
    while (done < count) {
      ByteBuffer room = sink.claim(Math.min(stepBytes, count - done));
      int step = Math.min(room.remaining(), count - done);
      room.put(of(range.version(), start(range) + done, step));
      sink.commit(step, rung);
      done += step;
    }
  }

  /** Collects what a reader gets. */
  public static final class Reader implements ByteSink {
    private final ByteBuffer all;
    private final int roomBytes;
    public Rung deepest = Rung.MEMORY;

    public Reader(int capacity, int roomBytes) {
      this.all = ByteBuffer.allocate(capacity);
      this.roomBytes = roomBytes;
    }

    @Override
    public ByteBuffer claim(int maxBytes) {
      return all.slice(all.position(), Math.min(Math.min(maxBytes, roomBytes), all.remaining()));
    }

    @Override
    public void commit(int bytes, Rung rung) {
      all.position(all.position() + bytes);
      deepest = deepest.deeper(rung);
    }

    public byte[] bytes() {
      byte[] bytes = new byte[all.position()];
      all.get(0, bytes);
      return bytes;
    }
  }
}
