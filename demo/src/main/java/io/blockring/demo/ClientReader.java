package io.blockring.demo;

import io.blockring.client.CacheClient;
import io.blockring.client.CacheClientSettings;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.peer.PeerSettings;
import io.blockring.demo.DemoFiles.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads through the Java client, as a process with its own local memory does. Many threads. */
final class ClientReader implements LadderReads.Reader, AutoCloseable {
  private static final long DEADLINE_MILLIS = 60_000;
  private static final long MEMORY_BYTES = 64L << 20;
  private static final int SEGMENT_BYTES = 256 * 1024;
  private static final int PARALLEL_BLOCKS = 4;

  private final CacheClient client;
  private final String mount;

  ClientReader(LocalCluster cluster, String mount) throws IOException {
    this.mount = mount;
    this.client =
        CacheClient.connect(
            new CacheClientSettings(
                cluster.nodes().stream()
                    .map(
                        node ->
                            new ControlAddress(node.host().advertised(), node.ports().control()))
                    .toList(),
                MEMORY_BYTES,
                SEGMENT_BYTES,
                MEMORY_BYTES,
                PARALLEL_BLOCKS,
                PeerSettings.defaults()));
  }

  @Override
  public S3Reader.Read read(Entry entry, long offset, int length) throws IOException {
    ReadScope scope = ReadScope.forReader(DEADLINE_MILLIS);
    Buffer buffer = new Buffer(length);
    long start = System.nanoTime();
    try {
      OpenObject object = client.open("/" + mount + "/" + entry.key(), scope);
      Rung rung = client.read(object, offset, length, buffer, scope);
      return new S3Reader.Read(rung, buffer.bytes.flip(), System.nanoTime() - start);
    } catch (ReadException e) {
      throw new IOException("Java client: " + e.kind() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /** Collects one read. */
  private static final class Buffer implements ByteSink {
    final ByteBuffer bytes;

    Buffer(int length) {
      this.bytes = ByteBuffer.allocate(length);
    }

    @Override
    public ByteBuffer claim(int maxBytes) {
      return bytes.slice(bytes.position(), Math.min(maxBytes, bytes.remaining()));
    }

    @Override
    public void commit(int count, Rung rung) {
      bytes.position(bytes.position() + count);
    }
  }
}
