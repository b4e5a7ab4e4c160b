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
 * @param asker in whose place it is asked
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
    BlockWire.Asker asker,
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
    String line = head.startLine();
    int methodEnd = line.indexOf(' ');
    int targetEnd = line.indexOf(' ', methodEnd + 1);
    requireFraming(head, line, methodEnd, targetEnd);
    String target = line.substring(methodEnd + 1, targetEnd);
    NamedBlock block =
        target.startsWith(BlockWire.HELD_PATH) ? held(target, head) : block(target, head, previous);
    Kind kind = block.named().isHeld() ? Kind.PEEK : kind(head);
    boolean isHead = isHead(line.substring(0, methodEnd), kind);
    String connection = head.value("connection");
    return new BlockRequest(
        isHead,
        block.named(),
        block.index(),
        kind,
        isVerified(head),
        range(head.value("range")),
        scope(head, defaultDeadline),
        token(head, BlockWire.RING, ""),
        head.is(BlockWire.MEMBER, "1"),
        head.is(BlockWire.SUSPECT, "1"),
        head.is(BlockWire.TABLE, "1"),
        BlockWire.Asker.of(head.value(BlockWire.ASKER)),
        connection != null && connection.toLowerCase(Locale.ROOT).contains("close"));
  }

  private record NamedBlock(NamedVersion named, int index) {}

  private static NamedBlock block(String target, HttpHead head, @Nullable NamedVersion previous)
      throws RefusedException, MalformedHeadException {
    int mountEnd = target.indexOf('/', requirePath(target));
    int indexEnd = target.indexOf('/', mountEnd + 1);
    if (mountEnd < 0 || indexEnd < 0 || indexEnd == target.length() - 1) {
      throw new RefusedException(
          Refusal.UNKNOWN_PATH, "the path is not " + BlockWire.PATH + "<mount>/<block>/<key>");
    }
    NamedVersion named =
        NamedVersion.of(
            previous,
            target.substring(BlockWire.PATH.length(), mountEnd),
            target.substring(indexEnd + 1),
            identity(head.value(BlockWire.IDENTITY)),
            size(head));
    return new NamedBlock(named, blockIndex(target.substring(mountEnd + 1, indexEnd)));
  }

  private static NamedBlock held(String target, HttpHead head)
      throws RefusedException, MalformedHeadException {
    int digestEnd = target.indexOf('/', BlockWire.HELD_PATH.length());
    if (digestEnd < 0) {
      throw new RefusedException(
          Refusal.UNKNOWN_PATH, "the path is not " + BlockWire.HELD_PATH + "<digest>/<block>");
    }
    int index = blockIndex(target.substring(digestEnd + 1));
    String digest = target.substring(BlockWire.HELD_PATH.length(), digestEnd);
    return new NamedBlock(NamedVersion.held(digest, index, size(head)), index);
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
  private static void requireFraming(HttpHead head, String line, int methodEnd, int targetEnd)
      throws RefusedException, MalformedHeadException {
    if (methodEnd < 1 || targetEnd < methodEnd + 2 || line.indexOf(' ', targetEnd + 1) >= 0) {
      throw malformed("the request line is not a method, a path and HTTP/1.1");
    }
    if (!line.endsWith("HTTP/1.1") || line.length() - targetEnd != 1 + "HTTP/1.1".length()) {
      throw line.startsWith("HTTP/", targetEnd + 1)
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

  /** Where the mount starts in the target of a request. */
  private static int requirePath(String target) throws RefusedException {
    if (!target.startsWith(BlockWire.PATH)) {
      throw new RefusedException(
          Refusal.UNKNOWN_PATH, "only " + BlockWire.PATH + "<mount>/<block>/<key> is here");
    }
    return BlockWire.PATH.length();
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

  static Kind kind(HttpHead head) throws RefusedException, MalformedHeadException {
    if (head.is(BlockWire.KIND, Kind.PEEK.label())) {
      return Kind.PEEK;
    }
    String label = head.value(BlockWire.KIND);
    if (label == null || label.equals(Kind.READ.label())) {
      return Kind.READ;
    }
    throw malformed(BlockWire.KIND + " '" + label + "' is neither read nor peek");
  }

  private static boolean isVerified(HttpHead head) throws RefusedException, MalformedHeadException {
    if (head.is(BlockWire.FORM, BlockWire.VERIFIED)) {
      return true;
    }
    String form = head.value(BlockWire.FORM);
    if (form != null) {
      throw malformed(BlockWire.FORM + " '" + form + "' is not " + BlockWire.VERIFIED);
    }
    return false;
  }

  private static @Nullable RangeAsked range(@Nullable String header) throws RefusedException {
    return header == null ? null : RangeAsked.parse(header);
  }

  static ReadScope scope(HttpHead head, Duration defaultDeadline)
      throws RefusedException, MalformedHeadException {
    long given = head.number(BlockWire.DEADLINE);
    long millis =
        Math.min(given < 0 ? defaultDeadline.toMillis() : given, BlockWire.MAX_DEADLINE_MILLIS);
    String trace = token(head, BlockWire.TRACE, "");
    return new ReadScope(
        trace.isEmpty() ? ReadScope.newTraceId() : trace,
        trafficClass(head),
        System.nanoTime() + millis * 1_000_000);
  }

  private static TrafficClass trafficClass(HttpHead head) throws MalformedHeadException {
    if (head.is(BlockWire.TRAFFIC_CLASS, TrafficClass.READ.label())) {
      return TrafficClass.READ;
    }
    String label = head.value(BlockWire.TRAFFIC_CLASS);
    return label == null ? TrafficClass.READ : TrafficClass.of(label);
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
