package io.blockring.node.http.admin;

import io.blockring.client.OpenObject;
import java.util.List;

/** What a handler wants sent. */
sealed interface Reply {

  record Header(String name, String value) {}

  /** A record of this package, as JSON. */
  record Json(int status, Object body, List<Header> headers) implements Reply {}

  record Text(int status, String contentType, String text) implements Reply {}

  /** A part of an object, as it is read. */
  record Bytes(OpenObject object, ByteSpan span) implements Reply {}

  /** Events until the reader leaves. */
  record Live(LiveFeed feed) implements Reply {}

  static Json ok(Object body) {
    return new Json(200, body, List.of());
  }
}
