package io.blockring.client.peer;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.origin.OriginException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A reply's status and fields, checked against the request: it must name the block and the trace
 * that were asked for, else it is not an answer to it.
 */
final class ReplyHead {
  private static final int PROCESSING = 102;

  private final HttpHead head;
  private final int status;
  private final PeerAddress peer;

  private ReplyHead(HttpHead head, PeerAddress peer) throws PeerFault {
    this.head = head;
    this.peer = peer;
    this.status = status(head.startLine());
  }

  /**
   * Reads the final head; signs of life before it are counted and passed over. One that does not
   * say that the block is there means that it is being filled: nobody else is asked then.
   */
  static ReplyHead read(PeerConnection connection, PeerAddress peer, PeerCounters counters)
      throws PeerFault {
    while (true) {
      ReplyHead head = new ReplyHead(readOne(connection, peer), peer);
      if (head.status != PROCESSING) {
        connection.settled();
        return head;
      }
      counters.signsOfLife.increment();
      if (!BlockWire.RESIDENT.equals(head.value(BlockWire.FORM))) {
        connection.settled();
      }
    }
  }

  private static HttpHead readOne(PeerConnection connection, PeerAddress peer) throws PeerFault {
    byte[] bytes = new byte[512];
    int length = 0;
    try {
      while (true) {
        if (length == BlockWire.MAX_HEAD_BYTES) {
          throw PeerFault.broken(
              peer + " sent a head of more than " + BlockWire.MAX_HEAD_BYTES + " bytes");
        }
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, length * 2);
        }
        int scanned = length;
        length += connection.readSome(bytes, length, bytes.length - length);
        int end = HttpHead.end(bytes, scanned, length);
        if (end >= 0) {
          connection.unread(length - end);
          return HttpHead.parse(bytes, end);
        }
      }
    } catch (MalformedHeadException e) {
      throw PeerFault.broken(peer + " sent a malformed head: " + e.getMessage());
    }
  }

  boolean isRefusal() {
    return status != 206;
  }

  boolean isBatch() {
    return status == 200;
  }

  /** Fails unless the reply says that it answers this batch. */
  void requireBatch(int items, String traceId) throws PeerFault {
    require("transfer-encoding", "chunked");
    require(BlockWire.FORM, BatchWire.BATCH);
    require(BatchWire.ITEMS, Integer.toString(items));
    require(BlockWire.TRACE, traceId);
  }

  /** A refusal with its text, which is the rest of the reply. */
  Trouble readRefusal(PeerConnection connection) throws PeerFault {
    Refusal refusal = refusal();
    long length = contentLength();
    if (length > BlockWire.MAX_REASON_BYTES) {
      throw PeerFault.broken(
          peer + " sent a reason of " + length + " bytes, at most " + BlockWire.MAX_REASON_BYTES);
    }
    ByteBuffer reason = ByteBuffer.allocate((int) length);
    connection.readFully(reason);
    return new Trouble(
        refusal,
        new String(reason.array(), StandardCharsets.UTF_8),
        retryAfter(),
        refusal == Refusal.ORIGIN_TROUBLE ? originKind() : null);
  }

  /** The refusal that status and reason agree on. */
  Refusal refusal() throws PeerFault {
    Refusal refusal = Refusal.of(value(BlockWire.REASON));
    if (refusal == null || refusal.status() != status) {
      throw broken("status " + status + " with reason '" + value(BlockWire.REASON) + "'");
    }
    return refusal;
  }

  /** Fails unless the reply says that it is about this block and this read. */
  void requireAbout(BlockRange range, String traceId) throws PeerFault {
    require(BlockWire.BLOCK, BlockWire.blockName(range.key()));
    require(BlockWire.TRACE, traceId);
  }

  void requireRange(BlockRange range) throws PeerFault {
    require(
        "content-range",
        BlockWire.contentRange(range.offset(), range.length(), range.blockLength()));
  }

  void requireLength(long expected) throws PeerFault {
    require("content-length", Long.toString(expected));
  }

  long contentLength() throws PeerFault {
    long length = number("content-length");
    if (length < 0) {
      throw broken("no content-length");
    }
    return length;
  }

  /** {@link BlockWire#RESIDENT} or {@link BlockWire#FILLING}. */
  boolean isResident() throws PeerFault {
    String form = value(BlockWire.FORM);
    if (BlockWire.RESIDENT.equals(form)) {
      return true;
    }
    if (BlockWire.FILLING.equals(form)) {
      return false;
    }
    throw broken("form '" + form + "'");
  }

  int heartbeats() throws PeerFault {
    long heartbeats = number(BlockWire.HEARTBEATS);
    if (heartbeats < 0 || heartbeats > BlockWire.heartbeats(BlockWire.MAX_DEADLINE_MILLIS)) {
      throw broken("heartbeats " + heartbeats);
    }
    return (int) heartbeats;
  }

  /** Where the bytes come from, as the reader sees it: what a peer has near is simply a peer's. */
  Rung rung() throws PeerFault {
    String label = value(BlockWire.CACHE);
    try {
      return Rung.PEER.deeper(Rung.of(String.valueOf(label)));
    } catch (IllegalArgumentException e) {
      throw broken(BlockWire.CACHE + " '" + label + "'");
    }
  }

  /** How many members beyond the owner may be asked for this block. */
  int spread() throws PeerFault {
    return (int) Math.clamp(number(BlockWire.SPREAD), 0, Spreads.MOST);
  }

  Duration retryAfter() throws PeerFault {
    return Duration.ofMillis(Math.max(0, number(BlockWire.RETRY_AFTER)));
  }

  OriginException.Kind originKind() throws PeerFault {
    try {
      return OriginException.Kind.valueOf(String.valueOf(value(BlockWire.ORIGIN)));
    } catch (IllegalArgumentException e) {
      throw broken(BlockWire.ORIGIN + " '" + value(BlockWire.ORIGIN) + "'");
    }
  }

  /** Whether the peer closes the connection after this reply. */
  boolean isLast() throws PeerFault {
    return "close".equalsIgnoreCase(value("connection"));
  }

  /** The peer's ring, empty when it does not say. */
  String ring() throws PeerFault {
    String ring = value(BlockWire.RING);
    return ring == null ? "" : ring;
  }

  private void require(String name, String expected) throws PeerFault {
    String found = value(name);
    if (!expected.equals(found)) {
      throw broken(name + " '" + found + "' where '" + expected + "' was asked for");
    }
  }

  private @Nullable String value(String name) throws PeerFault {
    try {
      return head.value(name);
    } catch (MalformedHeadException e) {
      throw broken(e.getMessage());
    }
  }

  private long number(String name) throws PeerFault {
    try {
      return head.number(name);
    } catch (MalformedHeadException e) {
      throw broken(e.getMessage());
    }
  }

  private int status(String line) throws PeerFault {
    boolean isStatusLine =
        line.startsWith("HTTP/1.1 ")
            && line.length() >= 13
            && line.charAt(12) == ' '
            && HttpHead.isDigits(line.substring(9, 12));
    if (!isStatusLine) {
      throw PeerFault.broken(peer + " sent no status line but '" + line + "'");
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private PeerFault broken(@Nullable String what) {
    return PeerFault.broken(peer + " sent " + what);
  }
}
