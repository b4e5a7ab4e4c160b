package io.blockring.node.blockport;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import io.blockring.client.peer.BatchWire;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;
import io.blockring.node.store.BlockLease;
import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One item of a batch: found in the store, or filled as a single read of it would be, or refused.
 * Holds its lease or its place at the fill until its record is written, or until it is to begin
 * again. On the connection's event loop only.
 */
final class BatchItem {
  /** What is not in the page cache after so many loads is read all the same. */
  private static final int MOST_LOADS = 2;

  private final BatchAnswer batch;
  private final PortContext port;
  private final BatchRequest request;
  private final int number;
  private final AtomicBoolean isLookDue = new AtomicBoolean();
  private @Nullable BlockRange range;
  private @Nullable Trouble trouble;
  private @Nullable BlockLease lease;
  private @Nullable Filling filling;
  private Rung rung = Rung.SSD;
  private boolean isReady;
  // A thread of the disk uses the lease.
  private boolean isInUse;
  private boolean isGivenUp;
  // Its bytes were not in the page cache when they were to be sent.
  private boolean isCold;
  // What the store has of it is wrong or unreadable.
  private boolean isLost;
  private int loads;

  BatchItem(BatchAnswer batch, PortContext port, BatchRequest request, int number) {
    this.batch = batch;
    this.port = port;
    this.request = request;
    this.number = number;
  }

  /** Whether its record can be written now. */
  boolean isReady() {
    return isReady;
  }

  /** Its record says why the bytes do not come. */
  void refuse(Trouble why) {
    trouble = why;
    isReady = true;
    isGivenUp = true;
    release();
  }

  /** What it is about; not called when that cannot be told. */
  void asks(BlockRange asked) {
    range = asked;
  }

  /**
   * Looks for the bytes. If it is not ready after that, the batch hears when it is.
   *
   * @param mayWait whether a disk or a fill may be set to work for it
   * @return false when one would have to be: it holds nothing then, and is to begin again
   */
  boolean begin(boolean mayWait) {
    BlockRange asked = range;
    if (isReady || asked == null) {
      return true;
    }
    BlockLease found = isLost ? null : port.service().lease(asked.version(), asked.blockIndex());
    if (found != null) {
      lease = found;
      return beginResident(found, asked, mayWait);
    }
    if (mayWait) {
      miss(asked);
    }
    return mayWait;
  }

  private boolean beginResident(BlockLease found, BlockRange asked, boolean mayWait) {
    if (found.length() != asked.blockLength()) {
      refuse(wrongLength(asked, found.length()));
    } else if (!isCold && found.isInPageCache(asked.offset(), asked.length())) {
      isReady = true;
    } else if (mayWait) {
      load(found, asked);
    } else {
      release();
      return false;
    }
    return true;
  }

  private void load(BlockLease found, BlockRange asked) {
    loads++;
    // Only what has begun uses the lease.
    CompletableFuture<Void> loading = found.load(asked.offset(), asked.length());
    isInUse = true;
    loading.whenComplete((done, failure) -> batch.onLoop(() -> loaded(asked, failure)));
  }

  private void loaded(BlockRange asked, @Nullable Throwable failure) {
    isInUse = false;
    if (isGivenUp) {
      release();
      return;
    }
    if (failure == null) {
      isReady = true;
    } else if (isTooMany(failure)) {
      refuse(
          Trouble.of(
              new Answer.Busy("too many reads wait for a disk here", Duration.ofMillis(100))));
    } else {
      miss(asked);
    }
    tellIfReady();
  }

  private static boolean isTooMany(Throwable failure) {
    return failure instanceof RejectedExecutionException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof RejectedExecutionException);
  }

  /** The store does not have the block, or what it has is unreadable or wrong. */
  private void miss(BlockRange asked) {
    release();
    Filling joined =
        switch (request.kind()) {
          case READ -> port.service().fill(asked, request.scope(), BlockWire.Asker.READER);
          case PEEK -> port.service().joinFill(asked.key());
        };
    if (joined == null) {
      refuse(new Trouble(Refusal.ABSENT, "block " + asked.key() + " is not here"));
      return;
    }
    filling = joined;
    if (joined.length() != asked.blockLength()) {
      refuse(wrongLength(asked, joined.length()));
      return;
    }
    joined.leaveToSlot();
    joined.onProgress(this::progressed);
    look(asked, joined);
  }

  /** On any thread. */
  private void progressed() {
    if (isLookDue.compareAndSet(false, true)) {
      batch.onLoop(
          () -> {
            isLookDue.set(false);
            if (!isReady && !isGivenUp && filling != null && range != null) {
              look(range, filling);
              tellIfReady();
            }
          });
    }
  }

  private void look(BlockRange asked, Filling from) {
    // In this order: once there is an outcome, what is available does not change any more.
    Answer outcome = from.outcome();
    if (from.availableFrom(asked.offset()) >= asked.length()) {
      isReady = true;
    } else if (outcome != null) {
      refuse(
          outcome instanceof Answer.Complete
              ? new Trouble(
                  Refusal.FAILED, "the fill of block " + asked.key() + " ended without its bytes")
              : Trouble.of(outcome));
    }
  }

  private void tellIfReady() {
    if (isReady) {
      batch.becameReady(this);
    }
  }

  private static Trouble wrongLength(BlockRange asked, int length) {
    return new Trouble(
        Refusal.FAILED,
        "block %s has %d bytes here, by the object's size it has %d"
            .formatted(asked.key(), length, asked.blockLength()));
  }

  /** How many bytes its record will have, about. */
  int recordBytes() {
    return trouble != null || range == null
        ? BatchRecords.mostTroubleBytes()
        : BatchRecords.bytes(range);
  }

  /** How many of them are the object's. */
  int objectBytes() {
    return trouble != null || range == null ? 0 : range.length();
  }

  /**
   * Appends its record and lets go of what it held.
   *
   * @return false when the bytes are not to be had here at once after all: it is to begin again
   */
  boolean write(ByteBuf out, BatchRecords records) {
    int start = out.writerIndex();
    BlockRange asked = range;
    isReady = trouble == null && asked != null && writeBytes(out, records, asked);
    release();
    if (isReady) {
      return true;
    }
    out.writerIndex(start);
    Trouble why = trouble;
    if (why != null) {
      isReady = true;
      records.trouble(out, number, asked, why);
    }
    return isReady;
  }

  /** Its record is with the kernel. */
  void sent() {
    BlockRange asked = range;
    if (trouble != null || asked == null) {
      port.counters().batchItemsRefused.increment();
    } else {
      port.counters().batchItemsSent.increment();
      port.sent(request.isMember(), request.scope().trafficClass(), rung, asked.length());
    }
  }

  /**
   * Writes the bytes, and before them all that says what they are.
   *
   * @return false when they are not to be had here now
   */
  private boolean writeBytes(ByteBuf out, BatchRecords records, BlockRange asked) {
    out.ensureWritable(BatchRecords.bytes(asked));
    int bytesAt =
        out.writerIndex()
            + BatchWire.CHUNK_HEAD_BYTES
            + BatchWire.RECORD_HEAD_BYTES
            + BatchRecords.proofBytes(asked);
    ByteBuffer room = out.nioBuffer(bytesAt, asked.length());
    ByteBuffer proof = ByteBuffer.allocate(BatchRecords.proofBytes(asked));
    boolean isRead =
        lease != null ? readResident(lease, asked, room, proof) : readFilled(asked, room, proof);
    if (isRead) {
      records.beginBytes(out, number, asked, rung, proof.flip());
      BatchRecords.end(out.writerIndex(bytesAt + asked.length()));
    }
    return isRead;
  }

  private boolean readResident(
      BlockLease from, BlockRange asked, ByteBuffer room, ByteBuffer proof) {
    try {
      if (loads == MOST_LOADS) {
        read(from, asked, room);
      } else if (!from.readAtOnce(asked.offset(), room, false)) {
        isCold = true;
        return false;
      }
      from.checksums(asked.offset() / Blocks.CELL_BYTES, Blocks.cells(asked.length()), proof);
    } catch (IOException e) {
      // To readers that is a miss.
      isLost = true;
      return false;
    }
    if (request.kind() == BlockWire.Kind.READ) {
      rung = port.service().rungOfResident(asked.key());
    }
    return true;
  }

  private boolean readFilled(BlockRange asked, ByteBuffer room, ByteBuffer proof) {
    if (filling == null || !filling.read(asked.offset(), room.duplicate())) {
      refuse(new Trouble(Refusal.LAGGED, "block " + asked.key() + " is in its slot by now"));
      return false;
    }
    rung = filling.rung();
    CRC32C crc = new CRC32C();
    for (int at = 0; at < asked.length(); at += Blocks.CELL_BYTES) {
      crc.reset();
      crc.update(room.slice(at, Math.min(Blocks.CELL_BYTES, asked.length() - at)));
      proof.putInt((int) crc.getValue());
    }
    return true;
  }

  private static void read(BlockLease from, BlockRange asked, ByteBuffer room) throws IOException {
    if (!from.isPlain()) {
      from.readVerified(asked.offset(), room);
      return;
    }
    long position = from.position() + asked.offset();
    while (room.hasRemaining()) {
      int read = from.channel().read(room, position);
      if (read < 0) {
        throw new EOFException("the store's file ends within block " + asked.key());
      }
      position += read;
    }
  }

  /** Nobody waits for it any more. What it holds goes as soon as no disk works with it. */
  void abandon() {
    isGivenUp = true;
    release();
  }

  private void release() {
    BlockLease held = lease;
    if (held != null && !isInUse) {
      lease = null;
      held.close();
    }
    Filling joined = filling;
    if (joined != null) {
      filling = null;
      joined.close();
    }
  }
}
