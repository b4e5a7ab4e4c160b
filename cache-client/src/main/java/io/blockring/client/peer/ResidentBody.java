package io.blockring.client.peer;

import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Takes the resident form: the checksums of all cells, then their bytes. Whole cells go straight
 * from the socket into the sink's room and are proved there before they are committed; cells that
 * are wanted in part, or do not fit the room, take the way over scratch.
 */
final class ResidentBody {
  /** Proved and committed at a time, while it is still in the processor's cache. */
  private static final int STRETCH_BYTES = 256 * 1024;

  private final PeerConnection connection;
  private final Delivery delivery;
  private final BlockRange cells;
  private final Rung rung;
  private final CRC32C crc = new CRC32C();
  private final int firstChecksum;
  private final int checksummed;
  private int[] checksums = new int[0];

  /**
   * @param isWithTable whether the checksums of all cells of the block come, not only of these
   */
  ResidentBody(
      PeerConnection connection,
      Delivery delivery,
      BlockRange cells,
      Rung rung,
      boolean isWithTable) {
    this.firstChecksum = isWithTable ? 0 : cells.offset() / Blocks.CELL_BYTES;
    this.checksummed = isWithTable ? cells.blockLength() : cells.length();
    this.connection = connection;
    this.delivery = delivery;
    this.cells = cells;
    this.rung = rung;
  }

  /**
   * The checksums, of these cells or of the whole block, which come first; kept here for {@link
   * #takeBytes}.
   */
  int[] takeChecksums() throws PeerFault {
    checksums = readChecksums(Blocks.cells(checksummed));
    return checksums;
  }

  void takeBytes() throws PeerFault, IOException {
    int end = cells.offset() + cells.length();
    for (int position = cells.offset(); position < end; ) {
      position = takeSome(position, end);
    }
  }

  /** Returns where it has come to. */
  private int takeSome(int position, int end) throws PeerFault, IOException {
    if (position == delivery.next()) {
      int wholeCells = wholeCellsFrom(position, end);
      if (wholeCells > 0) {
        ByteBuffer room = delivery.claim(wholeCells);
        int fitting = fitting(room.remaining(), wholeCells);
        if (fitting > 0) {
          takeStraight(room.slice(room.position(), fitting), position);
          return position + fitting;
        }
      }
    }
    return takeOverScratch(position, end);
  }

  private void takeStraight(ByteBuffer room, int position) throws PeerFault, IOException {
    connection.readFully(room);
    prove(room.flip(), position);
    delivery.commit(room.limit(), rung);
  }

  private int takeOverScratch(int position, int end) throws PeerFault, IOException {
    ByteBuffer scratch = connection.scratch(Math.min(Blocks.CELL_BYTES, end - position));
    connection.readFully(scratch);
    prove(scratch.flip(), position);
    delivery.copy(scratch, position, rung);
    return position + scratch.limit();
  }

  /** Bytes of cells from here that are wanted whole, up to a stretch. */
  private int wholeCellsFrom(int position, int end) {
    int wanted = Math.min(delivery.end() - position, STRETCH_BYTES);
    return position + wanted == end ? wanted : wanted / Blocks.CELL_BYTES * Blocks.CELL_BYTES;
  }

  private static int fitting(int room, int wholeCells) {
    return room >= wholeCells ? wholeCells : room / Blocks.CELL_BYTES * Blocks.CELL_BYTES;
  }

  /** Compares every cell of these bytes with its checksum; their position stays at 0. */
  private void prove(ByteBuffer bytes, int position) throws PeerFault {
    int length = bytes.limit();
    for (int from = 0; from < length; from += Blocks.CELL_BYTES) {
      bytes.limit(Math.min(length, from + Blocks.CELL_BYTES)).position(from);
      crc.reset();
      crc.update(bytes);
      int cell = (position + from) / Blocks.CELL_BYTES - firstChecksum;
      if ((int) crc.getValue() != checksums[cell]) {
        throw new PeerFault(
            PeerFault.Kind.CHECKSUM,
            "cell at byte %d of block %s: checksum sent %08x, of the bytes %08x"
                .formatted(position + from, cells.key(), checksums[cell], (int) crc.getValue()));
      }
    }
    bytes.limit(length).position(0);
  }

  private int[] readChecksums(int count) throws PeerFault {
    int[] read = new int[count];
    int perTurn = PeerConnection.SCRATCH_BYTES / Integer.BYTES;
    for (int done = 0; done < count; ) {
      int some = Math.min(perTurn, count - done);
      ByteBuffer scratch = connection.scratch(some * Integer.BYTES);
      connection.readFully(scratch);
      scratch.flip().asIntBuffer().get(read, done, some);
      done += some;
    }
    return read;
  }
}
