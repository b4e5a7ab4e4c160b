package io.blockring.node.blockport;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes the heads of replies. */
final class ReplyHeads {
  /** More than any head written here takes, its checksums not counted. */
  static final int HEAD_BYTES = 1024;

  /** A sign of life. */
  static final byte[] PROCESSING = HeadText.ascii("HTTP/1.1 102 Processing\r\n\r\n");

  /** A sign of life for a block that is here. */
  static final byte[] LOADING =
      HeadText.ascii(
          "HTTP/1.1 102 Processing\r\n" + BlockWire.FORM + ": " + BlockWire.RESIDENT + "\r\n\r\n");

  private static final byte[] OK = HeadText.ascii("HTTP/1.1 200 OK\r\ncontent-length: ");
  private static final byte[] PARTIAL =
      HeadText.ascii("HTTP/1.1 206 Partial Content\r\ncontent-length: ");
  private static final byte[] CONTENT_RANGE = HeadText.ascii("\r\ncontent-range: bytes ");
  private static final byte[] CACHE = name(BlockWire.CACHE);
  private static final byte[] FORM = name(BlockWire.FORM);
  private static final byte[] HEARTBEATS = name(BlockWire.HEARTBEATS);
  private static final byte[] SPREAD = name(BlockWire.SPREAD);
  private static final byte[] BLOCK = name(BlockWire.BLOCK);
  private static final byte[] TRACE = name(BlockWire.TRACE);
  private static final byte[] RING = name(BlockWire.RING);
  private static final byte[] LAST = HeadText.ascii("\r\nconnection: close");
  private static final byte[] END = HeadText.ascii("\r\n\r\n");
  private static final byte[] PLAIN =
      HeadText.ascii("\r\ncontent-type: application/octet-stream\r\naccept-ranges: bytes");

  /** Each thread's own: empty between two heads. */
  private static final FastThreadLocal<HeadText> HEAD =
      new FastThreadLocal<>() {
        @Override
        protected HeadText initialValue() {
          return new HeadText();
        }
      };

  private ReplyHeads() {}

  /**
   * A head with bytes to follow.
   *
   * @param form null for a plain reader
   * @param spread how many members beyond the owner may be asked; 0 is not said
   * @param heartbeats with the filling form; else -1
   */
  static void data(
      ByteBuf out,
      BlockRequest request,
      BlockRange range,
      Rung rung,
      @Nullable String form,
      int heartbeats,
      long contentLength,
      int spread,
      String ring,
      boolean isLast) {
    HeadText head = HEAD.get();
    boolean isPart = request.range() != null || form != null;
    head.add(isPart ? PARTIAL : OK).add(contentLength);
    if (isPart) {
      int end = range.offset() + range.length() - 1;
      head.add(CONTENT_RANGE).add(range.offset()).add('-').add(end);
      head.add('/').add(range.blockLength());
    }
    head.add(CACHE).add(rung.label());
    if (form == null) {
      head.add(PLAIN);
    } else {
      head.add(FORM).add(form);
    }
    if (heartbeats >= 0) {
      head.add(HEARTBEATS).add(heartbeats);
    }
    if (spread > 0) {
      head.add(SPREAD).add(spread);
    }
    head.add(BLOCK).add(request.named().digest()).add('/').add(range.blockIndex());
    end(head, request.scope().traceId(), ring, isLast);
    head.moveTo(out);
  }

  /**
   * A whole reply that says no.
   *
   * @param trace empty when the request did not get that far
   * @param range null when the request did not get that far
   */
  static void refusal(
      ByteBuf out,
      Trouble trouble,
      String trace,
      @Nullable BlockRange range,
      String ring,
      boolean isHead,
      boolean isLast) {
    Refusal refusal = trouble.refusal();
    byte[] reason = (trouble.message() + "\n").getBytes(StandardCharsets.UTF_8);
    reason = Arrays.copyOf(reason, Math.min(reason.length, BlockWire.MAX_REASON_BYTES));
    HeadText head = HEAD.get();
    head.add("HTTP/1.1 ").add(refusal.status()).add(' ').add(refusal.phrase());
    field(head, "content-length", Integer.toString(reason.length));
    field(head, "content-type", "text/plain; charset=utf-8");
    field(head, BlockWire.REASON, refusal.label());
    if (trouble.origin() != null) {
      field(head, BlockWire.ORIGIN, trouble.origin().name());
    }
    long retryMillis = trouble.retryAfter().toMillis();
    if (retryMillis > 0 || refusal == Refusal.BUSY) {
      field(head, "retry-after", Long.toString(Math.max(1, (retryMillis + 999) / 1000)));
      field(head, BlockWire.RETRY_AFTER, Long.toString(retryMillis));
    }
    if (refusal == Refusal.METHOD) {
      field(head, "allow", "GET, HEAD");
    }
    if (range != null) {
      field(head, BlockWire.BLOCK, BlockWire.blockName(range.key()));
    }
    end(head, trace, ring, isLast);
    head.moveTo(out);
    if (!isHead) {
      out.writeBytes(reason);
    }
  }

  private static void end(HeadText head, String trace, String ring, boolean isLast) {
    if (!trace.isEmpty()) {
      head.add(TRACE).add(trace);
    }
    if (!ring.isEmpty()) {
      head.add(RING).add(ring);
    }
    if (isLast) {
      head.add(LAST);
    }
    head.add(END);
  }

  /** The line before ends here. */
  private static void field(HeadText head, String name, String value) {
    head.add(name(name)).add(value);
  }

  private static byte[] name(String name) {
    return HeadText.ascii("\r\n" + name + ": ");
  }
}
