package io.blockring.client.peer;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.credentials.PeerToken;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One request and its reply on one connection. */
final class BlockExchange {
  private final PeerAddress peer;
  private final PeerConnection connection;
  private final Delivery delivery;
  private final BlockRange cells;
  private final ReadScope scope;
  private final PeerCounters counters;
  private final PeerCredentials credentials;
  private final ManifestCheck manifest;
  private final PeerPaces paces;
  private final boolean asksTable;
  // Whether the connection stands at the start of the next reply.
  private boolean isReplyWhole;
  private long sentNanos;
  private int spread;
  private boolean mayBeKept;
  private String ring = "";

  BlockExchange(
      PeerAddress peer,
      PeerConnection connection,
      Delivery delivery,
      ReadScope scope,
      PeerCounters counters,
      PeerCredentials credentials,
      ManifestCheck manifest,
      PeerPaces paces) {
    this.paces = paces;
    this.credentials = credentials;
    this.manifest = manifest;
    this.peer = peer;
    this.connection = connection;
    this.delivery = delivery;
    this.cells = delivery.missingCells();
    this.asksTable = manifest.needsTable(cells);
    this.scope = scope;
    this.counters = counters;
  }

  /**
   * @param hasOthers whether somebody else can be asked for what comes too slowly
   * @throws IOException only what the sink throws
   */
  Answer run(PeerClient.Question question, boolean isMember, boolean isSuspect, boolean hasOthers)
      throws PeerFault, IOException {
    sentNanos = System.nanoTime();
    connection.send(request("GET", question, isMember, isSuspect));
    ReplyHead head = ReplyHead.read(connection, peer, counters);
    ring = head.ring();
    spread = head.spread();
    boolean isLast = head.isLast();
    Answer answer = head.isRefusal() ? refused(head) : take(head, isSuspect, hasOthers);
    mayBeKept = isReplyWhole && !isLast;
    return answer;
  }

  /** Whether the peer has the block now; none of its bytes come. */
  boolean isThere(boolean isMember) throws PeerFault {
    PeerClient.Question peek = new PeerClient.Question(peer, BlockWire.Kind.PEEK, List.of(), "");
    connection.send(request("HEAD", peek, isMember, false));
    ReplyHead head = ReplyHead.read(connection, peer, counters);
    mayBeKept = !head.isLast();
    return !head.isRefusal();
  }

  /** For how long the request has waited. */
  long sinceSentNanos() {
    return System.nanoTime() - sentNanos;
  }

  /** How many members beyond the owner may be asked for this block, as the peer says. */
  int spread() {
    return spread;
  }

  /** Whether another request can be sent on this connection. */
  boolean mayBeKept() {
    return mayBeKept;
  }

  /** The ring the peer believes in, empty when it did not say. */
  String ring() {
    return ring;
  }

  private Answer take(ReplyHead head, boolean isSuspect, boolean hasOthers)
      throws PeerFault, IOException {
    long firstNanos = sinceSentNanos();
    head.requireAbout(cells, scope.traceId());
    head.requireRange(cells);
    if (head.isResident()) {
      takeResident(head, isSuspect, firstNanos, hasOthers);
      isReplyWhole = true;
      return new Answer.Complete();
    }
    head.requireLength(BlockWire.fillingBytes(cells.length(), head.heartbeats()));
    Trouble trouble = new FillingBody(connection, delivery, cells, head, counters).take();
    if (trouble != null && trouble.refusal() == Refusal.LAGGED) {
      throw new PeerFault(PeerFault.Kind.LAGGED, peer + ": " + trouble.message());
    }
    isReplyWhole = trouble == null;
    return trouble == null ? new Answer.Complete() : trouble.toAnswer(peer);
  }

  private void takeResident(ReplyHead head, boolean isSuspect, long firstNanos, boolean hasOthers)
      throws PeerFault, IOException {
    boolean isWithTable = isWithTable(head);
    boolean isForReader = scope.trafficClass().compareTo(TrafficClass.READ_AHEAD) <= 0;
    connection.expect(hasOthers && isForReader ? paces.others(peer) : PeerPaces.Usual.UNKNOWN);
    try {
      ResidentBody body = new ResidentBody(connection, delivery, cells, head.rung(), isWithTable);
      int[] checksums = body.takeChecksums();
      boolean isProved = manifest.proves(peer, cells, checksums, isSuspect);
      body.takeBytes();
      if (isProved) {
        counters.provedBytes.add(cells.length());
      }
    } catch (PeerFault fault) {
      if (isForReader && fault.kind() == PeerFault.Kind.SLOW) {
        paces.brokeOff(peer, firstNanos, connection.waitedNanos(), connection.receivedBytes());
      }
      throw fault;
    }
    if (isForReader) {
      // Whatever else moves gives way to readers: its pace says nothing of the peer.
      paces.waited(peer, firstNanos, connection.waitedNanos(), connection.receivedBytes());
    }
  }

  /** A peer of an older version sends what it always sent. */
  private boolean isWithTable(ReplyHead head) throws PeerFault {
    long withTable = BlockWire.residentBytes(cells.length(), cells.blockLength());
    if (asksTable && head.contentLength() == withTable) {
      return true;
    }
    head.requireLength(BlockWire.residentBytes(cells.length()));
    return false;
  }

  private Answer refused(ReplyHead head) throws PeerFault {
    Refusal refusal = head.refusal();
    if (refusal == Refusal.ABSENT || refusal == Refusal.CHANGED) {
      head.requireAbout(cells, scope.traceId());
    }
    Trouble trouble = head.readRefusal(connection);
    isReplyWhole = true;
    return trouble.toAnswer(peer);
  }

  private byte[] request(
      String method, PeerClient.Question question, boolean isMember, boolean isSuspect) {
    StringBuilder text = new StringBuilder(512).append(method);
    name(text);
    field(text, "host", peer.toString());
    field(text, BlockWire.KIND, question.kind().label());
    field(text, BlockWire.FORM, BlockWire.VERIFIED);
    field(text, "range", BlockWire.rangeHeader(cells));
    field(text, BlockWire.TRACE, scope.traceId());
    field(text, BlockWire.TRAFFIC_CLASS, scope.trafficClass().label());
    field(text, BlockWire.DEADLINE, Long.toString(Math.max(1, scope.remainingMillis())));
    if (!question.ringFingerprint().isEmpty()) {
      field(text, BlockWire.RING, question.ringFingerprint());
    }
    if (question.asker() != BlockWire.Asker.READER) {
      field(text, BlockWire.ASKER, question.asker().label());
    }
    if (isMember) {
      field(text, BlockWire.MEMBER, "1");
    }
    if (isSuspect) {
      field(text, BlockWire.SUSPECT, "1");
    }
    if (asksTable) {
      field(text, BlockWire.TABLE, "1");
    }
    if (credentials instanceof PeerCredentials.Token(PeerToken token)) {
      field(text, PeerToken.HEADER, token.text());
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private void name(StringBuilder text) {
    Version version = cells.version();
    if (!version.isNamed()) {
      text.append(' ').append(BlockWire.HELD_PATH).append(cells.key()).append(" HTTP/1.1\r\n");
      field(text, BlockWire.SIZE, Integer.toString(cells.blockLength()));
      return;
    }
    text.append(' ').append(BlockWire.PATH).append(version.name().mount()).append('/');
    text.append(cells.blockIndex()).append('/');
    text.append(WireText.escapeKey(version.name().key())).append(" HTTP/1.1\r\n");
    field(text, BlockWire.IDENTITY, WireText.escapeValue(version.identity().toString()));
    field(text, BlockWire.SIZE, Long.toString(version.size()));
  }

  private static void field(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
}
