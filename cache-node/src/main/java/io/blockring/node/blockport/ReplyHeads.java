package io.blockring.node.blockport;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes the heads of replies. */
final class ReplyHeads {
  /** More than any head written here takes, its checksums not counted. */
  static final int HEAD_BYTES = 1024;

  /** A sign of life. */
  static final byte[] PROCESSING = ascii("HTTP/1.1 102 Processing\r\n\r\n");

  private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\n");
  private static final byte[] PARTIAL = ascii("HTTP/1.1 206 Partial Content\r\n");
  private static final byte[] PLAIN =
      ascii("content-type: application/octet-stream\r\naccept-ranges: bytes\r\n");

  private ReplyHeads() {}

  /**
   * A head with bytes to follow.
   *
   * @param form null for a plain reader
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
      String ring,
      boolean isLast) {
    out.writeBytes(request.range() == null && form == null ? OK : PARTIAL);
    field(out, "content-length", Long.toString(contentLength));
    if (request.range() != null || form != null) {
      field(
          out,
          "content-range",
          BlockWire.contentRange(range.offset(), range.length(), range.blockLength()));
    }
    field(out, BlockWire.CACHE, rung.label());
    if (form == null) {
      out.writeBytes(PLAIN);
    } else {
      field(out, BlockWire.FORM, form);
    }
    if (heartbeats >= 0) {
      field(out, BlockWire.HEARTBEATS, Integer.toString(heartbeats));
    }
    field(out, BlockWire.BLOCK, BlockWire.blockName(range.key()));
    end(out, request.scope().traceId(), ring, isLast);
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
    text(out, "HTTP/1.1 " + refusal.status() + " " + refusal.phrase() + "\r\n");
    field(out, "content-length", Integer.toString(reason.length));
    field(out, "content-type", "text/plain; charset=utf-8");
    field(out, BlockWire.REASON, refusal.label());
    if (trouble.origin() != null) {
      field(out, BlockWire.ORIGIN, trouble.origin().name());
    }
    long retryMillis = trouble.retryAfter().toMillis();
    if (retryMillis > 0 || refusal == Refusal.BUSY) {
      field(out, "retry-after", Long.toString(Math.max(1, (retryMillis + 999) / 1000)));
      field(out, BlockWire.RETRY_AFTER, Long.toString(retryMillis));
    }
    if (refusal == Refusal.METHOD) {
      field(out, "allow", "GET, HEAD");
    }
    if (range != null) {
      field(out, BlockWire.BLOCK, BlockWire.blockName(range.key()));
    }
    end(out, trace, ring, isLast);
    if (!isHead) {
      out.writeBytes(reason);
    }
  }

  private static void end(ByteBuf out, String trace, String ring, boolean isLast) {
    if (!trace.isEmpty()) {
      field(out, BlockWire.TRACE, trace);
    }
    if (!ring.isEmpty()) {
      field(out, BlockWire.RING, ring);
    }
    if (isLast) {
      field(out, "connection", "close");
    }
    out.writeByte('\r').writeByte('\n');
  }

  private static void field(ByteBuf out, String name, String value) {
    text(out, name);
    out.writeByte(':').writeByte(' ');
    text(out, value);
    out.writeByte('\r').writeByte('\n');
  }

  private static void text(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.US_ASCII);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
