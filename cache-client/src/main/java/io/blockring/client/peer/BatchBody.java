package io.blockring.client.peer;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.namespace.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of a batch's reply. Each is one chunk and says itself whose bytes it carries;
 * it is taken for an answer only if that is what its item asked for. Bytes that are wrong cost
 * their item, a record that is wrong costs all that follow: where the next begins is then in doubt.
 */
final class BatchBody {
  private static final Rung[] RUNGS = Rung.values();

  private final PeerAddress peer;
  private final PeerConnection connection;
  private final List<BatchedRead> reads;
  private final @Nullable Answer[] answers;
  private final PeerCounters counters;
  private final ManifestCheck manifest;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer head = ByteBuffer.allocate(BatchWire.RECORD_HEAD_BYTES);
  private final byte[] chunkHead = new byte[BatchWire.CHUNK_HEAD_BYTES];
  private final byte[] chunkEnd = new byte[BatchWire.CHUNK_END.length];

  BatchBody(
      PeerAddress peer,
      PeerConnection connection,
      List<BatchedRead> reads,
      @Nullable Answer[] answers,
      PeerCounters counters,
      ManifestCheck manifest) {
    this.peer = peer;
    this.connection = connection;
    this.reads = reads;
    this.answers = answers;
    this.counters = counters;
    this.manifest = manifest;
  }

  /** Returns when every item has its answer and the reply has ended as it should. */
  void take() throws PeerFault, IOException {
    int left = reads.size();
    for (int chunk = nextChunk(); chunk > 0; chunk = nextChunk()) {
      left -= takeRecord(chunk);
      takeChunkEnd();
    }
    takeChunkEnd();
    if (left > 0) {
      throw PeerFault.broken(
          peer + " ended a batch of " + reads.size() + " items with " + left + " not answered");
    }
  }

  /** The length of the next chunk, 0 for the last. */
  private int nextChunk() throws PeerFault {
    fill(chunkHead, chunkHead.length);
    int length = 0;
    for (int i = 0; i < 8; i++) {
      if (!HexFormat.isHexDigit(chunkHead[i])) {
        throw broken("a chunk without a length");
      }
      length = length << 4 | HexFormat.fromHexDigit(chunkHead[i]);
    }
    if (chunkHead[8] != '\r' || chunkHead[9] != '\n' || length < 0) {
      throw broken("a chunk without a length");
    }
    return length;
  }

  private void takeChunkEnd() throws PeerFault {
    fill(chunkEnd, chunkEnd.length);
    if (!Arrays.equals(chunkEnd, BatchWire.CHUNK_END)) {
      throw broken("a chunk longer than it says");
    }
  }

  /** Returns how many items it answers. */
  private int takeRecord(int chunk) throws PeerFault, IOException {
    fill(head.array(), head.capacity());
    int kind = head.get(2);
    int item = Short.toUnsignedInt(head.getShort(0));
    if (kind == BatchWire.RecordKind.SIGN.number()) {
      takeSign(chunk);
      return 0;
    }
    if (item >= reads.size() || answers[item] != null) {
      throw broken("a record of item " + item + ", of which none is due");
    }
    BlockRange cells = reads.get(item).range().wholeCells();
    if (kind == BatchWire.RecordKind.BYTES.number()) {
      answers[item] = takeBytes(reads.get(item), cells, chunk);
    } else if (kind == BatchWire.RecordKind.TROUBLE.number()) {
      answers[item] = takeTrouble(cells, chunk);
    } else {
      throw broken("a record of kind " + kind);
    }
    return 1;
  }

  private void takeSign(int chunk) throws PeerFault {
    takeProof(chunk, 0, 0);
    counters.signsOfLife.increment();
  }

  private Answer takeTrouble(BlockRange cells, int chunk) throws PeerFault {
    int length = chunk - BatchWire.RECORD_HEAD_BYTES;
    if (length < 0 || length > BlockWire.MAX_REASON_BYTES) {
      throw broken("a trouble of " + length + " bytes");
    }
    ByteBuffer payload = takeProof(chunk, length, 0);
    Trouble trouble;
    try {
      trouble = Trouble.ofFrame(payload.array());
    } catch (IllegalArgumentException e) {
      throw broken(String.valueOf(e.getMessage()));
    }
    if (trouble.refusal() == Refusal.ABSENT || trouble.refusal() == Refusal.CHANGED) {
      requireAbout(cells);
    }
    return trouble.toAnswer(peer);
  }

  private Answer takeBytes(BatchedRead read, BlockRange cells, int chunk)
      throws PeerFault, IOException {
    int proofBytes = Integer.BYTES * Blocks.cells(cells.length());
    ByteBuffer proof = takeProof(chunk, proofBytes, cells.length());
    requireAbout(cells);
    int[] checksums = new int[proofBytes / Integer.BYTES];
    proof.asIntBuffer().get(checksums);
    Rung rung = rung();
    Delivery delivery = new Delivery(read.range(), read.sink(), counters);
    ByteBuffer bytes = roomFor(delivery, read.range(), cells);
    boolean isStraight = bytes != null;
    if (bytes == null) {
      bytes = connection.scratch(cells.length());
    }
    connection.readFullyAndNext(bytes);
    bytes.flip();
    String flaw = flaw(bytes, cells, checksums);
    if (flaw != null) {
      return new Answer.Failed(flaw);
    }
    if (isStraight) {
      delivery.commit(cells.length(), rung);
    } else {
      delivery.copy(bytes, cells.offset(), rung);
    }
    return new Answer.Complete();
  }

  /** A place in the sink for all of it, or null when it must take the way over scratch. */
  private static @Nullable ByteBuffer roomFor(
      Delivery delivery, BlockRange wanted, BlockRange cells) throws IOException {
    if (wanted.length() != cells.length()) {
      return null;
    }
    ByteBuffer room = delivery.claim(cells.length());
    return room.remaining() >= cells.length() ? room.slice(room.position(), cells.length()) : null;
  }

  /** Null when the bytes are right, by their checksums and by the manifest. */
  private @Nullable String flaw(ByteBuffer bytes, BlockRange cells, int[] checksums) {
    try {
      boolean isProved = manifest.proves(peer, cells, checksums, false);
      String flaw = wrongCell(bytes, cells, checksums);
      if (flaw != null) {
        counters.checksumMismatches.increment();
      } else if (isProved) {
        counters.provedBytes.add(cells.length());
      }
      return flaw;
    } catch (PeerFault e) {
      return String.valueOf(e.getMessage());
    }
  }

  private @Nullable String wrongCell(ByteBuffer bytes, BlockRange cells, int[] checksums) {
    for (int cell = 0; cell < checksums.length; cell++) {
      int from = cell * Blocks.CELL_BYTES;
      crc.reset();
      crc.update(bytes.slice(from, Math.min(Blocks.CELL_BYTES, cells.length() - from)));
      if ((int) crc.getValue() != checksums[cell]) {
        return "%s from %s: cell %d has checksum %08x, %08x was sent"
            .formatted(cells, peer, cell, (int) crc.getValue(), checksums[cell]);
      }
    }
    return null;
  }

  /** What stands between the head and the bytes; then both are proved. */
  private ByteBuffer takeProof(int chunk, int proofBytes, int bytes) throws PeerFault {
    if (chunk != BatchWire.RECORD_HEAD_BYTES + proofBytes + bytes
        || head.getInt(28) != bytes
        || head.getInt(32) != proofBytes) {
      throw broken("a record of other lengths than were asked for");
    }
    ByteBuffer proof = ByteBuffer.allocate(proofBytes);
    fill(proof.array(), proofBytes);
    int expected = BatchWire.recordCrc(crc, head, proof);
    if (head.getInt(BatchWire.RECORD_CRC_AT) != expected) {
      counters.checksumMismatches.increment();
      throw new PeerFault(
          PeerFault.Kind.CHECKSUM,
          "%s sent a record with checksum %08x, it has %08x"
              .formatted(peer, head.getInt(BatchWire.RECORD_CRC_AT), expected));
    }
    return proof;
  }

  private void requireAbout(BlockRange cells) throws PeerFault {
    BlockKey key = new BlockKey(new Digest(head.getLong(8), head.getLong(16)), head.getInt(4));
    if (!key.equals(cells.key()) || head.getInt(24) != cells.offset()) {
      throw broken("block " + key + " from byte " + head.getInt(24) + " where " + cells + " is");
    }
  }

  /** Where the bytes come from, as the reader sees it: what a peer has near is simply a peer's. */
  private Rung rung() throws PeerFault {
    int number = head.get(3);
    if (number < 0 || number >= RUNGS.length) {
      throw broken("rung " + number);
    }
    return Rung.PEER.deeper(RUNGS[number]);
  }

  private void fill(byte[] target, int length) throws PeerFault {
    for (int taken = 0; taken < length; ) {
      taken += connection.readSome(target, taken, length - taken);
    }
  }

  private PeerFault broken(String what) {
    return PeerFault.broken(peer + " sent in a batch " + what);
  }
}
