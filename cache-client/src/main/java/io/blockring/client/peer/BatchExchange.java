package io.blockring.client.peer;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.credentials.PeerToken;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.BlockRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One batch and its reply on one connection. */
final class BatchExchange {
  private final PeerAddress peer;
  private final PeerConnection connection;
  private final List<BatchedRead> reads;
  private final @Nullable Answer[] answers;
  private final ReadScope scope;
  private final PeerCounters counters;
  private final PeerCredentials credentials;
  private final ManifestCheck manifest;
  private boolean mayBeKept;
  private String ring = "";

  /**
   * @param answers gets those of the reads, each as it comes
   */
  BatchExchange(
      PeerAddress peer,
      PeerConnection connection,
      List<BatchedRead> reads,
      @Nullable Answer[] answers,
      ReadScope scope,
      PeerCounters counters,
      PeerCredentials credentials,
      ManifestCheck manifest) {
    this.peer = peer;
    this.connection = connection;
    this.reads = reads;
    this.answers = answers;
    this.scope = scope;
    this.counters = counters;
    this.credentials = credentials;
    this.manifest = manifest;
  }

  /**
   * Returns null when every read has its answer; otherwise why the peer did not take the batch.
   *
   * @throws IOException only what a sink throws
   */
  @Nullable Trouble run(BlockWire.Kind kind, boolean isMember, String ringFingerprint)
      throws PeerFault, IOException {
    connection.send(request(kind, isMember, ringFingerprint));
    ReplyHead head = ReplyHead.read(connection, peer, counters);
    ring = head.ring();
    boolean isLast = head.isLast();
    if (!head.isBatch()) {
      Trouble refusal = head.readRefusal(connection);
      mayBeKept = !isLast;
      return refusal;
    }
    head.requireBatch(reads.size(), scope.traceId());
    new BatchBody(peer, connection, reads, answers, counters, manifest).take();
    mayBeKept = !isLast;
    return null;
  }

  /** Whether another request can be sent on this connection. */
  boolean mayBeKept() {
    return mayBeKept;
  }

  /** The ring the peer believes in, empty when it did not say. */
  String ring() {
    return ring;
  }

  private byte[] request(BlockWire.Kind kind, boolean isMember, String ringFingerprint) {
    ByteBuffer body = body();
    StringBuilder text = new StringBuilder(512);
    text.append("POST ").append(BatchWire.PATH);
    text.append(reads.getFirst().range().version().name().mount()).append(" HTTP/1.1\r\n");
    field(text, "host", peer.toString());
    field(text, "content-length", Integer.toString(body.remaining()));
    field(text, BatchWire.ITEMS, Integer.toString(reads.size()));
    field(text, BlockWire.KIND, kind.label());
    field(text, BlockWire.TRACE, scope.traceId());
    field(text, BlockWire.TRAFFIC_CLASS, scope.trafficClass().label());
    // What the peer cannot deliver by then it says in order, and there is time to ask again.
    field(text, BlockWire.DEADLINE, Long.toString(Math.max(1, scope.remainingMillis() / 2)));
    if (!ringFingerprint.isEmpty()) {
      field(text, BlockWire.RING, ringFingerprint);
    }
    if (isMember) {
      field(text, BlockWire.MEMBER, "1");
    }
    if (credentials instanceof PeerCredentials.Token(PeerToken token)) {
      field(text, PeerToken.HEADER, token.text());
    }
    byte[] head = text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(head.length + body.remaining()).put(head).put(body).array();
  }

  private ByteBuffer body() {
    int bytes = 0;
    for (BatchedRead read : reads) {
      bytes += BatchWire.itemBytes(read.range());
    }
    ByteBuffer body = ByteBuffer.allocate(bytes);
    for (BatchedRead read : reads) {
      BlockRange cells = read.range().wholeCells();
      BatchWire.putItem(body, cells);
    }
    return body.flip();
  }

  private static void field(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
}
