package io.blockring.demo;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first lines of an HTTP/1.1 message, as they came.
 *
 * @param start the request or status line
 * @param headers one line each, unchanged, because requests are signed
 */
record HttpHead(String start, List<String> headers) {

  /** The value of a header, or null. */
  @Nullable String header(String name) {
    for (String line : headers) {
      if (line.length() > name.length()
          && line.charAt(name.length()) == ':'
          && line.regionMatches(true, 0, name, 0, name.length())) {
        return line.substring(name.length() + 1).trim();
      }
    }
    return null;
  }

  HttpHead without(String name) {
    return new HttpHead(
        start,
        headers.stream()
            .filter(line -> !line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
            .toList());
  }

  boolean isChunked() {
    String encoding = header("transfer-encoding");
    return encoding != null && encoding.equalsIgnoreCase("chunked");
  }

  boolean isClose() {
    return "close".equalsIgnoreCase(header("connection"));
  }

  /** -1 when the message does not say. */
  long contentLength() throws IOException {
    String length = header("content-length");
    try {
      return length == null ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      throw new IOException("content-length is '" + length + "', not a number", e);
    }
  }

  /** The second word: a request's target or a response's status. */
  String word(int index) throws IOException {
    String[] words = start.split(" ", 3);
    if (words.length < 2) {
      throw new IOException("not an HTTP start line: '" + start + "'");
    }
    return words[index];
  }

  int status() throws IOException {
    return Integer.parseInt(word(1));
  }

  @Override
  public String toString() {
    return start
        + "\r\n"
        + (headers.isEmpty() ? "" : String.join("\r\n", headers) + "\r\n")
        + "\r\n";
  }
}
