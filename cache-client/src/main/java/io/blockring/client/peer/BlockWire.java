package io.blockring.client.peer;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Blocks;
import org.jspecify.annotations.Nullable;

/**
 * The words and the arithmetic of the block port, shared by both sides. The whole wire is told in
 * {@code docs/design/block-port.md}.
 */
public final class BlockWire {
  /** Where blocks are: followed by mount id, block index and key, each after a slash. */
  public static final String PATH = "/v1/blocks/";

  /**
   * Blocks by their digest alone: followed by it and the block index, each after a slash. With
   * {@link #SIZE} for the bytes of the block; answered from the store only.
   */
  public static final String HELD_PATH = "/v1/held/";

  /** The version's identity, escaped as {@link WireText#escapeValue}. */
  public static final String IDENTITY = "x-blockring-identity";

  /** Bytes of the whole object. */
  public static final String SIZE = "x-blockring-size";

  /** {@link Kind#label}; absent means read. */
  public static final String KIND = "x-blockring-kind";

  /**
   * In a request {@link #VERIFIED} or absent; in a reply {@link #RESIDENT} or {@link #FILLING}; in
   * a sign of life {@link #RESIDENT} when the block is there, and only its bytes are not yet.
   */
  public static final String FORM = "x-blockring-form";

  public static final String VERIFIED = "verified";

  /** Checksums of the covered cells, then bytes. */
  public static final String RESIDENT = "resident";

  /** Frames of length, checksum, bytes. */
  public static final String FILLING = "filling";

  /**
   * In a reply: how many members beyond the owner a reader of this block may ask from now on, for a
   * few seconds; absent means none.
   */
  public static final String SPREAD = "x-blockring-spread";

  /** How many empty frames are among a filling reply's frames, in all. */
  public static final String HEARTBEATS = "x-blockring-heartbeats";

  public static final String TRACE = "x-blockring-trace";
  public static final String TRAFFIC_CLASS = "x-blockring-class";

  /** Milliseconds the reader will still wait. */
  public static final String DEADLINE = "x-blockring-deadline";

  /** The fingerprint of the ring the sender believes in. */
  public static final String RING = "x-blockring-ring";

  /** {@link Asker#label}; absent means reader. */
  public static final String ASKER = "x-blockring-asker";

  /** {@code 1} when the asker is a node, who delivers the bytes to somebody else. */
  public static final String MEMBER = "x-blockring-member";

  /** {@code 1} when bytes of this block failed their checksums at the reader before. */
  public static final String SUSPECT = "x-blockring-suspect";

  /**
   * {@code 1} asks for the checksums of all cells of the block before bytes of a part of it: a
   * manifest proves blocks.
   */
  public static final String TABLE = "x-blockring-table";

  /** {@link #blockName}: the reply says itself whose bytes it carries. */
  public static final String BLOCK = "x-blockring-block";

  /** {@link Refusal#label} of a reply without the bytes. */
  public static final String REASON = "x-blockring-reason";

  /** With {@link Refusal#ORIGIN_TROUBLE}: the kind of trouble, as its enum constant. */
  public static final String ORIGIN = "x-blockring-origin";

  /** Milliseconds, finer than the standard header beside it. */
  public static final String RETRY_AFTER = "x-blockring-retry-after";

  /** The rung the bytes come from. */
  public static final String CACHE = "x-cache";

  /** Request line and headers, or status line and headers, at most. */
  public static final int MAX_HEAD_BYTES = 16 * 1024;

  /** A key's UTF-8 bytes at most, as in S3. */
  public static final int MAX_KEY_BYTES = 1024;

  /** Characters of a trace id or a ring fingerprint at most. */
  public static final int MAX_TOKEN_CHARS = 64;

  /** Bytes of the text that explains a refusal at most. */
  public static final int MAX_REASON_BYTES = 1024;

  /** A longer remaining deadline is taken for this one. */
  public static final int MAX_DEADLINE_MILLIS = 600_000;

  /** Data bytes of a frame at most. */
  public static final int FRAME_BYTES = 64 * 1024;

  /** Before each frame: its length and the CRC32C of its bytes, both big-endian. */
  public static final int FRAME_HEAD_BYTES = 8;

  /** Set in the length of the frame that says why no more will come; the rest is its length. */
  public static final int TROUBLE_FLAG = 0x8000_0000;

  /**
   * A waiting verified reader sees a sign of life after this long, then every {@link
   * #NEXT_SIGN_MILLIS}.
   */
  public static final int FIRST_SIGN_MILLIS = 50;

  public static final int NEXT_SIGN_MILLIS = 200;

  private BlockWire() {}

  /** What a request may cause. */
  public enum Kind {
    /** To an owner, who may fill. Never forwarded. */
    READ("read"),
    /** To anyone: answers from what is there, or says no. */
    PEEK("peek");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** In whose place a block is asked for; what a node may do to bring it in depends on that. */
  public enum Asker {
    /** Somebody who reads. */
    READER("reader"),
    /** A member that brings the block in itself: its request is never sent on to another one. */
    FILLER("filler"),
    /** A reader whom the owner sent along the line, because many read the block. */
    SPREAD("spread");

    private final String label;

    Asker(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    /** Reads a {@link #label}; what is not known is a reader. */
    public static Asker of(@Nullable String label) {
      for (Asker asker : values()) {
        if (asker.label.equals(label)) {
          return asker;
        }
      }
      return READER;
    }
  }

  /** How a block is named in replies: the version's digest, a slash, the index. */
  public static String blockName(BlockKey key) {
    return key.toString();
  }

  /** Content-Length of a resident reply; the range is of whole cells. */
  public static long residentBytes(int length) {
    return (long) Integer.BYTES * Blocks.cells(length) + length;
  }

  /** Content-Length of a resident reply with the checksums of all cells of its block. */
  public static long residentBytes(int length, int blockLength) {
    return (long) Integer.BYTES * Blocks.cells(blockLength) + length;
  }

  /** Content-Length of a filling reply. */
  public static long fillingBytes(int length, int heartbeats) {
    return length + (long) FRAME_HEAD_BYTES * (frames(length) + heartbeats);
  }

  /** Frames that carry data, when all but the last are full. */
  public static int frames(int length) {
    return (int) (((long) length + FRAME_BYTES - 1) / FRAME_BYTES);
  }

  /**
   * A frame that is not full is one more than {@link #frames} counts, and takes the place of an
   * empty one, so that the reply's length stays as announced.
   *
   * @param left bytes from the frame's start on
   * @return 1 when it takes an empty frame's place, else 0
   */
  public static int framesOver(int left, int frame) {
    return 1 - (frames(left) - frames(left - frame));
  }

  /** Empty frames that keep a reader patient for this long, so that the reply's length is known. */
  public static int heartbeats(long remainingMillis) {
    return (int) (Math.min(remainingMillis, MAX_DEADLINE_MILLIS) / NEXT_SIGN_MILLIS) + 2;
  }

  /** Value of Range for a part of a block. */
  public static String rangeHeader(BlockRange range) {
    return "bytes=" + range.offset() + "-" + (range.offset() + range.length() - 1);
  }

  /** Value of Content-Range. */
  public static String contentRange(int offset, int length, int blockLength) {
    return "bytes " + offset + "-" + (offset + length - 1) + "/" + blockLength;
  }

  /** Whether this is a trace id or fingerprint: 1 to 64 characters of {@code [A-Za-z0-9._-]}. */
  public static boolean isToken(String text) {
    if (text.isEmpty() || text.length() > MAX_TOKEN_CHARS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!WireText.isUnreserved(text.charAt(i)) || text.charAt(i) == '~') {
        return false;
      }
    }
    return true;
  }
}
