package io.blockring.client.peer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blockring.client.manifest.Crc32cs;
import io.blockring.client.manifest.KnownManifests;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the checksums that a peer sends against what the manifest says of their block, before one
 * of its bytes is taken. When two peers say the same against the manifest, they are believed: one
 * wrong manifest must not have every honest peer left alone. Safe for many threads.
 */
final class ManifestCheck {
  private static final int MOST_DISPUTES = 1024;

  /** Below, 4 KiB of checksums would weigh more than a sixteenth of the bytes. */
  private static final int LEAST_FOR_TABLE = 64 * 1024;

  /** Of 4 GiB of blocks that are read in parts. */
  private static final long TABLE_BYTES = 4L << 20;

  /** The checksums of a block's cells, which together have this one. */
  private record Table(int[] cells, int crc32c) {}

  /**
   * A block of which a peer said something else than the manifest.
   *
   * @param isSettled whether a second peer said the same
   */
  private record Dispute(PeerAddress first, int crc32c, boolean isSettled) {}

  private final KnownManifests manifests;
  private final PeerCounters counters;
  private final Liars liars;
  private final Cache<BlockKey, Table> tables =
      Caffeine.newBuilder()
          .maximumWeight(TABLE_BYTES)
          .<BlockKey, Table>weigher((key, table) -> 64 + table.cells().length * Integer.BYTES)
          .executor(Runnable::run)
          .build();
  // Guarded by itself.
  private final Map<BlockKey, Dispute> disputes =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BlockKey, Dispute> eldest) {
          return size() > MOST_DISPUTES;
        }
      };

  ManifestCheck(KnownManifests manifests, PeerCounters counters, Liars liars) {
    this.manifests = manifests;
    this.counters = counters;
    this.liars = liars;
  }

  /** Whether a part of a block needs all of its checksums to be proved, and is worth them. */
  boolean needsTable(BlockRange part) {
    if (part.length() == part.blockLength() || part.length() < LEAST_FOR_TABLE) {
      return false;
    }
    Manifest manifest = manifests.of(part.version(), part.blockIndex());
    return manifest != null && provedTable(part, manifest) == null;
  }

  /**
   * Whether the manifest proved the range's cells.
   *
   * @param cells the checksums of the block's cells, of all or of the range's
   * @param isSecond whether the peer has been asked again after a first mismatch, which a bit that
   *     turned over on the way may have been
   * @return false when there is nothing to hold them against
   * @throws PeerFault when the manifest says otherwise
   */
  boolean proves(PeerAddress peer, BlockRange range, int[] cells, boolean isSecond)
      throws PeerFault {
    Manifest manifest = manifests.of(range.version(), range.blockIndex());
    if (manifest == null) {
      return false;
    }
    return cells.length == Blocks.cells(range.blockLength())
        ? provesBlock(peer, range, cells, manifest, isSecond)
        : provesPart(range, cells, manifest);
  }

  private boolean provesBlock(
      PeerAddress peer, BlockRange range, int[] cells, Manifest manifest, boolean isSecond)
      throws PeerFault {
    int sent = Crc32cs.ofCells(cells, range.blockLength());
    int expected = manifest.crc32c(range.blockIndex());
    if (sent == expected) {
      if (range.length() < range.blockLength()) {
        tables.put(range.key(), new Table(cells, sent));
      }
      return true;
    }
    if (isSaidByTwo(range.key(), peer, sent, isSecond)) {
      counters.disputedBlocks.increment();
      return false;
    }
    String what =
        "block %d of %s from %s has CRC32C %08x, the manifest says %08x"
            .formatted(range.blockIndex(), range.version(), peer, sent, expected);
    if (isSecond) {
      counters.manifestMismatches.increment();
      liars.caught(peer, range.key(), what);
    }
    throw new PeerFault(PeerFault.Kind.MANIFEST, what);
  }

  /** By the cells of the block that were proved before; when they differ, all are asked for. */
  private boolean provesPart(BlockRange part, int[] cells, Manifest manifest) throws PeerFault {
    int[] proved = provedTable(part, manifest);
    int first = part.offset() / Blocks.CELL_BYTES;
    if (proved == null) {
      return false;
    }
    if (Arrays.equals(proved, first, first + cells.length, cells, 0, cells.length)) {
      return true;
    }
    tables.invalidate(part.key());
    throw new PeerFault(
        PeerFault.Kind.MANIFEST, part + ": other checksums than those that were proved before");
  }

  private int @Nullable [] provedTable(BlockRange part, Manifest manifest) {
    Table table = tables.getIfPresent(part.key());
    return table != null && table.crc32c() == manifest.crc32c(part.blockIndex())
        ? table.cells()
        : null;
  }

  private boolean isSaidByTwo(BlockKey block, PeerAddress peer, int crc32c, boolean isSure) {
    synchronized (disputes) {
      Dispute before = disputes.get(block);
      if (before != null && before.crc32c() == crc32c) {
        if (!before.isSettled() && !before.first().equals(peer)) {
          disputes.put(block, new Dispute(before.first(), crc32c, true));
          liars.acquit(before.first(), block);
          return true;
        }
        return before.isSettled();
      }
      if (isSure) {
        disputes.put(block, new Dispute(peer, crc32c, false));
      }
      return false;
    }
  }
}
