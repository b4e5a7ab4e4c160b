package io.blockring.client.peer;

import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.Rung;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sinks for tests. */
final class Sinks {
  private Sinks() {}

  /** Keeps what was committed; gives room of at most {@code roomBytes}, direct or not. */
  static final class Collecting implements ByteSink {
    private final int roomBytes;
    private final ByteBuffer room;
    private final ByteArrayOutputStream committed = new ByteArrayOutputStream();
    Rung deepest = Rung.MEMORY;
    int failAfterBytes = Integer.MAX_VALUE;

    Collecting(int roomBytes, boolean isDirect) {
      this.roomBytes = roomBytes;
      this.room = isDirect ? ByteBuffer.allocateDirect(roomBytes) : ByteBuffer.allocate(roomBytes);
    }

    @Override
    public ByteBuffer claim(int maxBytes) {
      return room.clear().limit(Math.min(maxBytes, roomBytes));
    }

    @Override
    public void commit(int bytes, Rung rung) throws IOException {
      if (committed.size() + bytes > failAfterBytes) {
        throw new IOException("the reader is gone");
      }
      byte[] copy = new byte[bytes];
      room.get(0, copy);
      committed.writeBytes(copy);
      deepest = deepest.deeper(rung);
    }

    byte[] bytes() {
      return committed.toByteArray();
    }
  }
}
