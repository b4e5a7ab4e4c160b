package io.blockring.mount.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Encodes what follows the header of an answer. */
public final class Answers {
  static final int ENTRY_BYTES = 128;
  static final int ATTRIBUTES_BYTES = 88;
  static final int DIRENT_BYTES = 24;

  private static final int CACHE_PAGE = 4096;
  private static final int LONGEST_NAME = 255;

  private final int userId;
  private final int groupId;

  /** Every file and directory belongs to this user and group. */
  public Answers(int userId, int groupId) {
    this.userId = userId;
    this.groupId = groupId;
  }

  /**
   * To INIT.
   *
   * @param largestRead bytes of one read request
   * @param background how many reads ahead the kernel may have under way
   */
  static ByteBuffer init(Request.Init asked, int largestRead, int readAhead, int background) {
    long flags = Protocol.WANTED & asked.flags();
    return buffer(64)
        .putInt(Protocol.MAJOR)
        .putInt(Math.min(Protocol.MINOR, asked.minor()))
        .putInt(readAhead)
        .putInt((int) flags)
        .putShort((short) background)
        .putShort((short) (background * 3 / 4))
        .putInt(CACHE_PAGE) // max_write: nobody writes
        .putInt(1) // time granularity in ns
        .putShort((short) (largestRead / CACHE_PAGE))
        .putShort((short) 0)
        .putInt((int) (flags >>> 32))
        .clear();
  }

  /** To LOOKUP. */
  public ByteBuffer entry(Attributes.Entry entry) {
    return put(buffer(ENTRY_BYTES), entry).flip();
  }

  /** To LOOKUP of a name that is not there: the kernel may believe it for so long. */
  public static ByteBuffer noEntry(Duration valid) {
    return buffer(ENTRY_BYTES).putLong(16, valid.toSeconds()).putInt(32, valid.toNanosPart());
  }

  /** To GETATTR. */
  public ByteBuffer attributes(Attributes attributes, Duration valid) {
    ByteBuffer out = buffer(16 + ATTRIBUTES_BYTES);
    out.putLong(valid.toSeconds()).putInt(valid.toNanosPart()).putInt(0);
    return put(out, attributes).flip();
  }

  /** To OPEN of a file whose pages stay right for ever. */
  public static ByteBuffer opened(long handle) {
    return buffer(16).putLong(handle).putInt(Protocol.FOPEN_KEEP_CACHE).clear();
  }

  /** To OPENDIR. */
  public static ByteBuffer openedDirectory(long handle) {
    return buffer(16).putLong(handle).clear();
  }

  /** To STATFS: a file system without limits that matter, and without free space. */
  public static ByteBuffer fileSystem() {
    return buffer(80).putInt(40, CACHE_PAGE).putInt(44, LONGEST_NAME).putInt(48, CACHE_PAGE);
  }

  /** Collects an answer to READDIR or READDIRPLUS. */
  public final class Names {
    private final ByteBuffer out;
    private final boolean isWithEntries;

    public Names(Request.ReadDirectory asked) {
      this.out = buffer(asked.size());
      this.isWithEntries = asked.isWithEntries();
    }

    /** Whether a name still fits. */
    public boolean hasRoomFor(String name) {
      return out.remaining() >= bytes(name.getBytes(StandardCharsets.UTF_8).length);
    }

    /**
     * Adds a name.
     *
     * @param cookie where a later request goes on after this name
     * @param entry its id is 0 unless the kernel shall know the inode by this answer
     */
    public void add(String name, long cookie, Attributes.Entry entry) {
      byte[] text = name.getBytes(StandardCharsets.UTF_8);
      int end = out.position() + bytes(text.length);
      if (isWithEntries) {
        put(out, entry);
      }
      boolean isDirectory = entry.attributes().isDirectory();
      out.putLong(entry.attributes().inode()).putLong(cookie).putInt(text.length);
      out.putInt(isDirectory ? Protocol.ENTRY_DIRECTORY : Protocol.ENTRY_FILE).put(text);
      out.position(end);
    }

    public ByteBuffer bytes() {
      return out.duplicate().flip();
    }

    private int bytes(int nameBytes) {
      return (isWithEntries ? ENTRY_BYTES : 0) + (DIRENT_BYTES + nameBytes + 7) / 8 * 8;
    }
  }

  private ByteBuffer put(ByteBuffer out, Attributes.Entry entry) {
    out.putLong(entry.id()).putLong(0);
    out.putLong(entry.nameValid().toSeconds()).putLong(entry.attributesValid().toSeconds());
    out.putInt(entry.nameValid().toNanosPart()).putInt(entry.attributesValid().toNanosPart());
    return put(out, entry.attributes());
  }

  private ByteBuffer put(ByteBuffer out, Attributes attributes) {
    long seconds = Math.floorDiv(attributes.modifiedEpochMillis(), 1_000);
    int nanos = Math.floorMod(attributes.modifiedEpochMillis(), 1_000) * 1_000_000;
    out.putLong(attributes.inode()).putLong(attributes.size());
    out.putLong((attributes.size() + 511) / 512);
    out.putLong(seconds).putLong(seconds).putLong(seconds);
    out.putInt(nanos).putInt(nanos).putInt(nanos);
    out.putInt(attributes.isDirectory() ? Protocol.MODE_DIRECTORY : Protocol.MODE_FILE);
    out.putInt(attributes.isDirectory() ? 2 : 1).putInt(userId).putInt(groupId);
    return out.putInt(0).putInt(CACHE_PAGE).putInt(0);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }
}
