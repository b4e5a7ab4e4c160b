package io.blockring.client.peer;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Takes the filling form: frames with bytes, empty ones between and behind them, or a frame that
 * says why no more will come. A frame that is wanted whole and fits goes straight into the sink's
 * room.
 */
final class FillingBody {
  private final PeerConnection connection;
  private final Delivery delivery;
  private final BlockRange range;
  private final Rung rung;
  private final PeerCounters counters;
  private final CRC32C crc = new CRC32C();
  private int heartbeatsLeft;

  FillingBody(
      PeerConnection connection,
      Delivery delivery,
      BlockRange range,
      ReplyHead head,
      PeerCounters counters)
      throws PeerFault {
    this.connection = connection;
    this.delivery = delivery;
    this.range = range;
    this.rung = head.rung();
    this.heartbeatsLeft = head.heartbeats();
    this.counters = counters;
  }

  /** Null when all came; otherwise what the peer says went wrong. */
  @Nullable Trouble take() throws PeerFault, IOException {
    int end = range.offset() + range.length();
    for (int position = range.offset(); position < end; ) {
      int length = nextFrame(Math.min(BlockWire.FRAME_BYTES, end - position));
      if (length < 0) {
        return readTrouble(length & ~BlockWire.TROUBLE_FLAG);
      }
      heartbeatsLeft -= BlockWire.framesOver(end - position, length);
      if (heartbeatsLeft < 0) {
        throw mismatch("more frames than were announced");
      }
      takeFrame(position, length);
      position += length;
    }
    while (heartbeatsLeft > 0) {
      takeHeartbeat(connection.readInt());
    }
    return null;
  }

  /** Passes over empty frames; returns the length of the next other one, whose checksum is next. */
  private int nextFrame(int most) throws PeerFault {
    while (true) {
      int length = connection.readInt();
      if (length > most) {
        throw mismatch("a frame of " + length + " bytes that cannot be next");
      }
      if (length != 0) {
        return length;
      }
      takeHeartbeat(length);
    }
  }

  private void takeHeartbeat(int length) throws PeerFault {
    if (length != 0 || heartbeatsLeft == 0 || connection.readInt() != 0) {
      throw mismatch("a frame of " + length + " bytes that cannot be next");
    }
    heartbeatsLeft--;
    counters.signsOfLife.increment();
  }

  private void takeFrame(int position, int length) throws PeerFault, IOException {
    int checksum = connection.readInt();
    boolean isWantedWhole = position == delivery.next() && position + length <= delivery.end();
    ByteBuffer room = isWantedWhole ? delivery.claim(length) : null;
    if (room != null && room.remaining() >= length) {
      ByteBuffer frame = room.slice(room.position(), length);
      readAndProve(frame, checksum, position);
      delivery.commit(length, rung);
    } else {
      ByteBuffer scratch = connection.scratch(length);
      readAndProve(scratch, checksum, position);
      delivery.copy(scratch, position, rung);
    }
  }

  private void readAndProve(ByteBuffer frame, int checksum, int position) throws PeerFault {
    connection.readFullyAndNextHead(frame);
    prove(frame.flip(), checksum, "frame at byte " + position);
    frame.rewind();
  }

  private Trouble readTrouble(int length) throws PeerFault {
    int checksum = connection.readInt();
    if (length > BlockWire.MAX_REASON_BYTES) {
      throw mismatch("a trouble of " + length + " bytes");
    }
    ByteBuffer payload = ByteBuffer.allocate(length);
    connection.readFully(payload);
    prove(payload.flip(), checksum, "trouble");
    try {
      return Trouble.ofFrame(payload.array());
    } catch (IllegalArgumentException e) {
      throw mismatch(String.valueOf(e.getMessage()));
    }
  }

  private void prove(ByteBuffer bytes, int checksum, String what) throws PeerFault {
    crc.reset();
    crc.update(bytes);
    if ((int) crc.getValue() != checksum) {
      throw mismatch(
          "%s with checksum %08x, its bytes have %08x"
              .formatted(what, checksum, (int) crc.getValue()));
    }
  }

  private PeerFault mismatch(String what) {
    return new PeerFault(
        PeerFault.Kind.CHECKSUM, "filling reply for block " + range.key() + ": " + what);
  }
}
