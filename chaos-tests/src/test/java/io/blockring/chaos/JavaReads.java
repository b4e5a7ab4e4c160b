package io.blockring.chaos;

import io.blockring.client.CacheClient;
import io.blockring.client.CacheClientSettings;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.ladder.ReadScope;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads with the Java client, which knows the cluster and asks owners itself. */
final class JavaReads implements RangeReader {
  private static final long DEADLINE_MILLIS = 60_000;

  private final CacheClient cache;
  private final String mount;
  private final Findings findings = new Findings("Java client");

  JavaReads(List<LocalNode> nodes, String mount) throws IOException {
    this.mount = mount;
    this.cache = connect(nodes);
  }

  /** A client that may learn the cluster from any of the nodes. */
  static CacheClient connect(List<LocalNode> nodes) throws IOException {
    return CacheClient.connect(CacheClientSettings.of(addresses(nodes)));
  }

  @Override
  public @Nullable String read(SampleFile file, long offset, int length) {
    ReadScope scope = ReadScope.forReader(DEADLINE_MILLIS);
    try {
      OpenObject object = cache.open("/" + mount + "/" + file.path(), scope);
      ByteBuffer bytes = ByteBuffer.allocate(length);
      int came = cache.read(object, offset, bytes, scope);
      findings.check(file, offset, bytes.flip());
      if (came != length) {
        findings.wrong(file + ": " + length + " bytes asked, " + came + " came");
      }
      findings.ended();
      return null;
    } catch (ReadException | RuntimeException e) {
      findings.error(file.path() + " at " + offset + "+" + length + ": " + e);
      return "Java client: " + (e instanceof ReadException read ? read.kind() : e);
    }
  }

  @Override
  public Findings findings() {
    return findings;
  }

  @Override
  public void close() {
    cache.close();
  }

  private static ControlAddress[] addresses(List<LocalNode> nodes) {
    return nodes.stream()
        .map(node -> new ControlAddress(node.host().advertised(), node.ports().control()))
        .toArray(ControlAddress[]::new);
  }
}
