package io.blockring.node.http.s3;

import io.blockring.client.compression.LinkFrames;
import io.blockring.client.compression.Lz4;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/**
 * Makes {@link LinkFrames} of the pieces of responses, at most so many at once: a mirror that
 * fetches much shall not take the processors of the readers here. Who has no turn waits.
 */
final class LinkCompressor {
  private final Semaphore turns;

  /**
   * @param atOnce pieces, that is: processors
   */
  LinkCompressor(int atOnce) {
    this.turns = new Semaphore(atOnce);
  }

  /** Whether this reader understands frames, and whoever asks for a range knows its length. */
  static boolean isWanted(S3Request request) {
    return LinkFrames.LZ4.equals(request.headers().value(LinkFrames.ACCEPT));
  }

  /** Whether a body that begins with this piece is worth compressing. */
  boolean pays(ByteBuffer piece) throws InterruptedException {
    turns.acquire();
    try {
      return Lz4.pays(piece);
    } finally {
      turns.release();
    }
  }

  /**
   * @param frame has room for the piece
   * @return false when the piece is to be sent as it is, behind its header
   */
  boolean compress(ByteBuffer piece, ByteBuffer frame) throws InterruptedException {
    turns.acquire();
    try {
      return LinkFrames.compress(piece, frame);
    } finally {
      turns.release();
    }
  }
}
