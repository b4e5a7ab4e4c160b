package io.blockring.node.blockport;

import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.MountId;
import io.blockring.client.peer.BatchWire;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.BlockWire.Kind;
import io.blockring.client.peer.HttpHead;
import io.blockring.client.peer.MalformedHeadException;
import io.blockring.client.peer.Refusal;
import java.time.Duration;
import java.util.Locale;

/**
 * A request for many small ranges of one mount, as its head says.
 *
 * @param items how many its body names
 * @param bodyBytes how long the body is
 * @param ring the fingerprint of the reader's ring, empty when it names none
 * @param isLast the reader wants no further reply on this connection
 */
record BatchRequest(
    MountId mount,
    int items,
    int bodyBytes,
    Kind kind,
    ReadScope scope,
    String ring,
    boolean isMember,
    boolean isLast) {

  /** Whether a head is one of a batch, right or not. */
  static boolean isBatch(HttpHead head) {
    return head.startLine().startsWith("POST " + BatchWire.PATH);
  }

  static BatchRequest parse(HttpHead head, Duration defaultDeadline) throws RefusedException {
    try {
      return parseFields(head, defaultDeadline);
    } catch (MalformedHeadException | IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private static BatchRequest parseFields(HttpHead head, Duration defaultDeadline)
      throws RefusedException, MalformedHeadException {
    String[] line = head.startLine().split(" ", -1);
    if (line.length != 3 || !line[2].equals("HTTP/1.1")) {
      throw malformed("the request line is not a method, a path and HTTP/1.1");
    }
    if (head.count("transfer-encoding") > 0 || head.count("host") != 1) {
      throw malformed("a batch has one host, a content-length and no transfer-encoding");
    }
    String connection = head.value("connection");
    return new BatchRequest(
        MountId.parse(line[1].substring(BatchWire.PATH.length())),
        bounded(head, BatchWire.ITEMS, BatchWire.MAX_ITEMS),
        bounded(head, "content-length", BatchWire.MAX_BODY_BYTES),
        BlockRequest.kind(head),
        BlockRequest.scope(head, defaultDeadline),
        BlockRequest.token(head, BlockWire.RING, ""),
        "1".equals(head.value(BlockWire.MEMBER)),
        connection != null && connection.toLowerCase(Locale.ROOT).contains("close"));
  }

  private static int bounded(HttpHead head, String name, int most)
      throws RefusedException, MalformedHeadException {
    long value = head.number(name);
    if (value < 1 || value > most) {
      throw malformed(name + " of a batch is 1 to " + most + ", not " + value);
    }
    return (int) value;
  }

  private static RefusedException malformed(String message) {
    return new RefusedException(Refusal.MALFORMED, message);
  }
}
