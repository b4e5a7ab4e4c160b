package io.blockring.mount.serve;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ladder.ReadScope;
import io.blockring.mount.kernel.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads of open files. Who reads on and on gets whole windows and more of them ahead; any other
 * read fetches what it asks for and no more. Bytes go from the buffer they arrived in to the
 * kernel.
 */
final class FileReads {
  private record Piece(Window window, long offset, int count) {
    ByteBuffer bytes() {
      return window.bytes(offset, count);
    }
  }

  private final Namespace cluster;
  private final Windows windows;
  private final long aheadBytes;

  FileReads(Namespace cluster, Windows windows, long aheadBytes) {
    this.cluster = cluster;
    this.windows = windows;
    this.aheadBytes = aheadBytes;
  }

  /** Answers with the bytes, fewer only at the end of the file. */
  void read(OpenFile file, Request.Read asked, Exchange exchange, ReadScope scope)
      throws Refusal, IOException {
    OpenObject object = file.object();
    int count = (int) Math.min(asked.size(), Math.max(0, object.size() - asked.offset()));
    if (count <= 0) {
      exchange.answer(ByteBuffer.allocate(0));
      return;
    }
    long ahead = file.note(asked.offset(), count, aheadBytes);
    List<Piece> pieces = new ArrayList<>();
    try {
      collect(object, asked.offset(), count, ahead, pieces, scope);
      if (ahead > 0) {
        fetchAhead(object, asked.offset() + count, ahead, scope);
      }
      for (int i = 0; i < pieces.size(); i++) {
        pieces.set(i, arrived(object, pieces.get(i), scope));
      }
      exchange.answer(pieces.stream().map(Piece::bytes).toArray(ByteBuffer[]::new));
      for (Piece piece : pieces) {
        if (piece.window().isTakenAfter(piece.count())) {
          windows.drop(object, piece.window());
        }
      }
    } finally {
      pieces.forEach(piece -> piece.window().letGo());
    }
  }

  /** Finds or starts a held window for each part of the range. */
  private void collect(
      OpenObject object, long offset, int count, long ahead, List<Piece> pieces, ReadScope scope)
      throws Refusal {
    int size = Windows.bytes(Objects.requireNonNull(object.version()));
    long end = offset + count;
    for (long at = offset; at < end; ) {
      int part = (int) Math.min(end - at, size - at % size);
      Window window = windows.find(object, at, part);
      if (window == null && ahead >= 0) {
        window = windows.open(object, at, scope);
        if (!window.covers(at, part)) {
          window.letGo();
          window = null;
        }
      }
      if (window == null) {
        window = windows.alone(object, at, part, scope);
        pieces.add(new Piece(window, at, part));
        window.fetch(cluster, scope);
      } else {
        pieces.add(new Piece(window, at, part));
      }
      at += part;
    }
  }

  private void fetchAhead(OpenObject object, long from, long bytes, ReadScope scope) {
    int size = Windows.bytes(Objects.requireNonNull(object.version()));
    long end = Math.min(object.size(), from + bytes);
    for (long at = (from + size - 1) / size * size; at < end; at += size) {
      windows.ahead(object, at, scope);
    }
  }

  /** Waits for a piece; one that was fetched for others and failed is asked for once more. */
  private Piece arrived(OpenObject object, Piece piece, ReadScope scope) throws Refusal {
    try {
      piece.window().await(piece.offset(), piece.count(), scope);
      return piece;
    } catch (Refusal e) {
      windows.drop(object, piece.window());
      if (scope.isExpired()) {
        throw e;
      }
    }
    Window own = windows.alone(object, piece.offset(), piece.count(), scope);
    try {
      own.fetch(cluster, scope);
    } catch (Refusal e) {
      own.letGo();
      throw e;
    }
    piece.window().letGo();
    return new Piece(own, piece.offset(), piece.count());
  }
}
