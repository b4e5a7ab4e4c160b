package io.blockring.node.http.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes one XML document. Any text survives a parser, or is refused: see {@link #firstUnwritable}.
 */
final class Xml {
  static final String S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  private final StringBuilder text =
      new StringBuilder(512).append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /** The root, in S3's namespace. */
  static Xml ofS3(String root) {
    Xml xml = new Xml();
    xml.text.append('<').append(root).append(" xmlns=\"").append(S3_NAMESPACE).append("\">");
    xml.open.push(root);
    return xml;
  }

  Xml open(String name) {
    text.append('<').append(name).append('>');
    open.push(name);
    return this;
  }

  Xml close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Text in the open element. Characters that XML 1.0 does not have become U+FFFD. */
  Xml text(String value) {
    value.codePoints().forEach(this::append);
    return this;
  }

  Xml element(String name, String value) {
    return open(name).text(value).close();
  }

  Xml element(String name, long value) {
    return element(name, Long.toString(value));
  }

  Xml element(String name, boolean value) {
    return element(name, Boolean.toString(value));
  }

  private void append(int c) {
    switch (c) {
      case '&' -> text.append("&amp;");
      case '<' -> text.append("&lt;");
      case '>' -> text.append("&gt;");
      case '"' -> text.append("&quot;");
      // Parsers fold a bare carriage return into a line feed, and some trim the others.
      case '\r', '\n', '\t' -> text.append("&#").append(c).append(';');
      default -> text.appendCodePoint(isCharacter(c) ? c : 0xFFFD);
    }
  }

  /** The first code point of a text that XML 1.0 has no way to write, or -1. */
  static int firstUnwritable(String value) {
    return value.codePoints().filter(c -> !isCharacter(c)).findFirst().orElse(-1);
  }

  private static boolean isCharacter(int c) {
    return c >= 0x20 && c <= 0xD7FF
        || c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= 0xE000 && c <= 0xFFFD
        || c >= 0x10000;
  }

  /** Closes what is open. */
  byte[] toBytes() {
    while (!open.isEmpty()) {
      close();
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
