package io.blockring.node.http.s3;

import java.util.LinkedHashMap;
import java.util.Map;

/** A response's status and headers, but for those that every response has. */
final class ReplyHead {
  private final int status;
  private final Map<String, String> headers = new LinkedHashMap<>();

  ReplyHead(int status) {
    this.status = status;
  }

  /** Leaves out what is empty or cannot stand in a header: origins give us any text. */
  ReplyHead with(String name, String value) {
    boolean isWritable = value.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
    if (!value.isEmpty() && isWritable) {
      headers.put(name, value);
    }
    return this;
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }
}
