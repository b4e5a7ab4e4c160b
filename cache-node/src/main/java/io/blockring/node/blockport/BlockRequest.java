package io.blockring.node.blockport;

import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.BlockWire.Kind;
import io.blockring.client.peer.HttpHead;
import io.blockring.client.peer.MalformedHeadException;
import io.blockring.client.peer.Refusal;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request for a part of a block, as its head says.
 *
 * @param named the version
 * @param range null for the whole block
 * @param ring the fingerprint of the reader's ring, empty when it names none
 * @param isSuspect bytes of this block failed their checksums at the reader
 * @param isTableAsked whether the checksums of all cells of the block are wanted
 * @param isLast the reader wants no further reply on this connection
 */
record BlockRequest(
    boolean isHead,
    NamedVersion named,
    int blockIndex,
    Kind kind,
    boolean isVerified,
    @Nullable RangeAsked range,
    ReadScope scope,
    String ring,
    boolean isMember,
    boolean isSuspect,
    boolean isTableAsked,
    boolean isLast) {

  /**
   * @param previous what the connection's last request named, null for the first
   */
  static BlockRequest parse(
      HttpHead head, Duration defaultDeadline, @Nullable NamedVersion previous)
      throws RefusedException {
    try {
      return parseFields(head, defaultDeadline, previous);
    } catch (MalformedHeadException | IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private static BlockRequest parseFields(
      HttpHead head, Duration defaultDeadline, @Nullable NamedVersion previous)
      throws RefusedException, MalformedHeadException {
    String[] line = head.startLine().split(" ", -1);
    requireFraming(head, line);
    String[] path = path(line[1]);
    Kind kind = kind(head.value(BlockWire.KIND));
    boolean isHead = isHead(line[0], kind);
    String connection = head.value("connection");
    return new BlockRequest(
        isHead,
        NamedVersion.of(
            previous, path[0], path[2], identity(head.value(BlockWire.IDENTITY)), size(head)),
        blockIndex(path[1]),
        kind,
        isVerified(head.value(BlockWire.FORM)),
        range(head.value("range")),
        scope(head, defaultDeadline),
        token(head, BlockWire.RING, ""),
        "1".equals(head.value(BlockWire.MEMBER)),
        "1".equals(head.value(BlockWire.SUSPECT)),
        "1".equals(head.value(BlockWire.TABLE)),
        connection != null && connection.toLowerCase(Locale.ROOT).contains("close"));
  }

  /** The version and the bytes of it that are asked for. */
  BlockRange resolve(int blockBytes) throws RefusedException {
    Version version;
    try {
      version = named.version(blockBytes);
    } catch (IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
    if (blockIndex >= version.blockCount()) {
      throw new RefusedException(
          Refusal.OUT_OF_RANGE,
          "block " + blockIndex + " of an object with " + version.blockCount() + " blocks");
    }
    BlockRange resolved =
        range == null ? BlockRange.whole(version, blockIndex) : range.within(version, blockIndex);
    if (isVerified) {
      RangeAsked.requireWholeCells(resolved);
    }
    return resolved;
  }

  /** What leaves doubt where this request ends. */
  private static void requireFraming(HttpHead head, String[] line)
      throws RefusedException, MalformedHeadException {
    if (line.length != 3 || line[0].isEmpty() || line[1].isEmpty()) {
      throw malformed("the request line is not a method, a path and HTTP/1.1");
    }
    if (!line[2].equals("HTTP/1.1")) {
      throw line[2].startsWith("HTTP/")
          ? new RefusedException(Refusal.HTTP_VERSION, "only HTTP/1.1 is spoken here")
          : malformed("the request line does not end in HTTP/1.1");
    }
    if (head.count("transfer-encoding") > 0) {
      throw malformed("a request here has no body, and no transfer-encoding");
    }
    if (head.number("content-length") > 0) {
      throw malformed(
          "a request here has no body, and no content-length of " + head.number("content-length"));
    }
    if (head.count("host") != 1) {
      throw malformed("there must be one host, not " + head.count("host"));
    }
  }

  private static boolean isHead(String method, Kind kind) throws RefusedException {
    if (method.equals("GET")) {
      return false;
    }
    if (method.equals("HEAD") && kind == Kind.PEEK) {
      return true;
    }
    throw new RefusedException(
        Refusal.METHOD, "GET is allowed here, and HEAD with " + BlockWire.KIND + ": peek");
  }

  /** Mount, index and key, still escaped. */
  private static String[] path(String target) throws RefusedException {
    if (!target.startsWith(BlockWire.PATH)) {
      throw new RefusedException(
          Refusal.UNKNOWN_PATH, "only " + BlockWire.PATH + "<mount>/<block>/<key> is here");
    }
    String[] parts = target.substring(BlockWire.PATH.length()).split("/", 3);
    if (parts.length != 3 || parts[2].isEmpty()) {
      throw new RefusedException(
          Refusal.UNKNOWN_PATH, "the path is not " + BlockWire.PATH + "<mount>/<block>/<key>");
    }
    return parts;
  }

  private static int blockIndex(String digits) throws RefusedException {
    if (!HttpHead.isDigits(digits) || Long.parseLong(digits) > Integer.MAX_VALUE) {
      throw malformed("'" + digits + "' is not the index of a block");
    }
    return Integer.parseInt(digits);
  }

  private static String identity(@Nullable String escaped) throws RefusedException {
    if (escaped == null) {
      throw malformed("no " + BlockWire.IDENTITY);
    }
    return escaped;
  }

  private static long size(HttpHead head) throws RefusedException, MalformedHeadException {
    long size = head.number(BlockWire.SIZE);
    if (size < 0) {
      throw malformed("no " + BlockWire.SIZE);
    }
    return size;
  }

  static Kind kind(@Nullable String label) throws RefusedException {
    if (label == null) {
      return Kind.READ;
    }
    for (Kind kind : Kind.values()) {
      if (kind.label().equals(label)) {
        return kind;
      }
    }
    throw malformed(BlockWire.KIND + " '" + label + "' is neither read nor peek");
  }

  private static boolean isVerified(@Nullable String form) throws RefusedException {
    if (form != null && !form.equals(BlockWire.VERIFIED)) {
      throw malformed(BlockWire.FORM + " '" + form + "' is not " + BlockWire.VERIFIED);
    }
    return form != null;
  }

  private static @Nullable RangeAsked range(@Nullable String header) throws RefusedException {
    return header == null ? null : RangeAsked.parse(header);
  }

  static ReadScope scope(HttpHead head, Duration defaultDeadline)
      throws RefusedException, MalformedHeadException {
    long given = head.number(BlockWire.DEADLINE);
    long millis =
        Math.min(given < 0 ? defaultDeadline.toMillis() : given, BlockWire.MAX_DEADLINE_MILLIS);
    String label = head.value(BlockWire.TRAFFIC_CLASS);
    return new ReadScope(
        token(head, BlockWire.TRACE, ReadScope.newTraceId()),
        label == null ? TrafficClass.READ : TrafficClass.of(label),
        System.nanoTime() + millis * 1_000_000);
  }

  static String token(HttpHead head, String name, String otherwise)
      throws RefusedException, MalformedHeadException {
    String token = head.value(name);
    if (token == null) {
      return otherwise;
    }
    if (!BlockWire.isToken(token)) {
      throw malformed(
          name + " is not 1 to " + BlockWire.MAX_TOKEN_CHARS + " characters of [A-Za-z0-9._-]");
    }
    return token;
  }

  private static RefusedException malformed(String message) {
    return new RefusedException(Refusal.MALFORMED, message);
  }
}
