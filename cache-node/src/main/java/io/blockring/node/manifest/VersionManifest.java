package io.blockring.node.manifest;

import io.blockring.client.cluster.BlockChecksums;
import io.blockring.client.manifest.Crc32cs;
import io.blockring.client.manifest.Crc64Nvme;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ObjectChecksum;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What owners reported of one version. 4 bytes a block and two bits; of the CRC64NVMEs only their
 * share in the whole is kept. Safe for many threads.
 */
final class VersionManifest {
  /** So long readers get the same again while reports come in. */
  private static final long PUBLISHED_NANOS = 1_000_000_000L;

  /** What a report was. */
  enum Report {
    NEW,
    KNOWN,
    /** Another said something else of the same block. */
    CONFLICT,
    /** The last one: every block is known now. */
    COMPLETING
  }

  /** How far the proof against the bucket is. */
  private enum Proof {
    MISSING,
    ASKED,
    GIVEN,
    /** It was wrong once: everything is fetched and reported again. */
    REPEATED,
    /** It was wrong twice. */
    REFUTED
  }

  private final Version version;
  // All guarded by this.
  private int[] crc32c;
  private boolean isShared;
  private final BitSet known = new BitSet();
  private final BitSet with64 = new BitSet();
  private long sum64;
  private Proof proof = Proof.MISSING;
  private boolean wasWrong;
  private boolean isChanged;
  private long publishedNanos;
  private @Nullable Manifest published;

  VersionManifest(Version version) {
    this.version = version;
    this.crc32c = new int[version.blockCount()];
  }

  Version version() {
    return version;
  }

  /** Takes up what {@link #write} wrote of this version. */
  synchronized void read(DataInput in) throws IOException {
    proof = in.readBoolean() ? Proof.GIVEN : Proof.MISSING;
    wasWrong = in.readBoolean();
    sum64 = in.readLong();
    readBits(in, with64);
    readBits(in, known);
    for (int block = known.nextSetBit(0); block >= 0; block = known.nextSetBit(block + 1)) {
      crc32c[block] = in.readInt();
    }
    isChanged = true;
  }

  /** All there is to know of it but the version itself; an unfinished proof is not. */
  synchronized void write(DataOutput out) throws IOException {
    out.writeBoolean(proof == Proof.GIVEN);
    out.writeBoolean(wasWrong);
    out.writeLong(sum64);
    writeBits(out, with64);
    writeBits(out, known);
    for (int block = known.nextSetBit(0); block >= 0; block = known.nextSetBit(block + 1)) {
      out.writeInt(crc32c[block]);
    }
  }

  private void readBits(DataInput in, BitSet target) throws IOException {
    byte[] bits = new byte[(version.blockCount() + 7) / 8];
    int length = in.readInt();
    if (length < 0 || length > bits.length) {
      throw new IOException(length + " bytes of bits for " + version.blockCount() + " blocks");
    }
    in.readFully(bits, 0, length);
    target.or(BitSet.valueOf(bits));
    target.clear(version.blockCount(), Math.max(version.blockCount(), target.length()));
  }

  private static void writeBits(DataOutput out, BitSet bits) throws IOException {
    byte[] bytes = bits.toByteArray();
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Bytes it takes, about. */
  static int bytes(Version version) {
    return 512 + version.blockCount() * Integer.BYTES + version.blockCount() / 2;
  }

  /**
   * Takes up what an owner reported. Two that differ drop each other, unless the bucket has vouched
   * for the first: who reads the block is then as before without a manifest, until a third comes.
   */
  synchronized Report take(BlockChecksums filled) {
    int block = filled.block();
    if (known.get(block)) {
      if (crc32c[block] == filled.crc32c()) {
        take64(filled);
        return Report.KNOWN;
      }
      if (proof != Proof.GIVEN) {
        set(block, 0, false);
        with64.clear();
        sum64 = 0;
      }
      return Report.CONFLICT;
    }
    set(block, filled.crc32c(), true);
    take64(filled);
    return isComplete() ? Report.COMPLETING : Report.NEW;
  }

  private void set(int block, int crc, boolean isKnown) {
    if (isShared) {
      crc32c = crc32c.clone();
      isShared = false;
    }
    crc32c[block] = crc;
    known.set(block, isKnown);
    isChanged = true;
  }

  private void take64(BlockChecksums filled) {
    if (filled.hasCrc64Nvme() && !with64.get(filled.block())) {
      with64.set(filled.block());
      long end = (long) filled.block() * version.blockBytes() + version.blockLength(filled.block());
      sum64 ^= Crc64Nvme.share(filled.crc64Nvme(), version.size() - end);
    }
  }

  private boolean isComplete() {
    return known.cardinality() == version.blockCount();
  }

  /** Whether the bucket is to be asked now; true for one caller each time. */
  synchronized boolean startProof() {
    boolean isTime = isComplete() && (proof == Proof.MISSING || proof == Proof.REPEATED);
    if (isTime) {
      proof = Proof.ASKED;
    }
    return isTime;
  }

  /** The bucket could not be asked, or has nothing to hold this against. */
  synchronized void leaveUnproved() {
    if (proof == Proof.ASKED) {
      proof = wasWrong ? Proof.REPEATED : Proof.MISSING;
    }
  }

  /** The bucket vouches for these bytes. */
  synchronized void proved() {
    proof = Proof.GIVEN;
  }

  /**
   * The bucket vouches for other bytes.
   *
   * @return whether everything is to be fetched again: not a second time
   */
  synchronized boolean refuted() {
    boolean isFirst = !wasWrong;
    wasWrong = true;
    proof = isFirst ? Proof.REPEATED : Proof.REFUTED;
    if (isFirst) {
      crc32c = new int[version.blockCount()];
      isShared = false;
      known.clear();
      with64.clear();
      sum64 = 0;
      isChanged = true;
      published = null;
    }
    return isFirst;
  }

  synchronized boolean isProved() {
    return proof == Proof.GIVEN;
  }

  /** The same kind of checksum out of the blocks'; null when not every block has it. */
  synchronized @Nullable ObjectChecksum computed(ObjectChecksum.Kind kind) {
    if (!isComplete()) {
      return null;
    }
    return switch (kind) {
      case CRC32C -> new ObjectChecksum(kind, Integer.toUnsignedLong(crc32cOfAll()));
      case CRC64NVME ->
          with64.cardinality() == version.blockCount() ? new ObjectChecksum(kind, sum64) : null;
    };
  }

  private int crc32cOfAll() {
    int crc = 0;
    for (int block = 0; block < crc32c.length; block++) {
      crc = Crc32cs.combine(crc, crc32c[block], version.blockLength(block));
    }
    return crc;
  }

  /**
   * For readers: at most a second behind, complete at once.
   *
   * @return null when there is nothing to say, and nothing has been said
   */
  synchronized @Nullable Manifest published(long nowNanos) {
    if (version.blockCount() > Manifest.MOST_BLOCKS || (known.isEmpty() && !wasWrong)) {
      return null;
    }
    Manifest before = published;
    boolean isDue = isComplete() || nowNanos - publishedNanos >= PUBLISHED_NANOS;
    if (before == null || isChanged && isDue) {
      isShared = true;
      before = new Manifest(crc32c, (BitSet) known.clone());
      published = before;
      publishedNanos = nowNanos;
      isChanged = false;
    }
    return before;
  }
}
