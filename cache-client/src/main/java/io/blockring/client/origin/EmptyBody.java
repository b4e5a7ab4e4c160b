package io.blockring.client.origin;

import java.nio.ByteBuffer;

/** Of an object without bytes: there is nothing to close. */
public record EmptyBody(ObjectMetadata metadata) implements Origin.Body {

  @Override
  public int length() {
    return 0;
  }

  @Override
  public int read(ByteBuffer target) {
    return -1;
  }

  @Override
  public void close() {}
}
