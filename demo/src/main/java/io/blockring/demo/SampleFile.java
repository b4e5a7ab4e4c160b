package io.blockring.demo;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One version of one sample file, without the file: its bytes are computed wherever they are
 * wanted. A readable head (JSON, a safetensors header; empty for plain data) is followed by bytes
 * that name path, version and offset. Immutable.
 */
public final class SampleFile {

  /** What names the bytes of one version. */
  record Stamp(String path, long seed, int version) {
    long key() {
      return Cells.key(path, seed, version);
    }

    @Override
    public String toString() {
      return path + " version " + version + " seed " + seed;
    }
  }

  /**
   * @param head the first bytes; a multiple of {@link Cells#BYTES} unless nothing follows
   * @param size of the whole file
   */
  record Layout(byte[] head, long size) {}

  /** Makes the same kind of file for any stamp. */
  interface Recipe {
    Layout layout(Stamp stamp);
  }

  private final Stamp stamp;
  private final Recipe recipe;
  private final Layout layout;
  private final long key;

  SampleFile(Stamp stamp, Recipe recipe) {
    this.stamp = stamp;
    this.recipe = recipe;
    this.layout = recipe.layout(stamp);
    this.key = stamp.key();
  }

  /** A file of self-describing bytes only. */
  public static SampleFile ofBytes(String path, long size, long seed) {
    return new SampleFile(new Stamp(path, seed, 1), _ -> new Layout(new byte[0], size));
  }

  /** A file of text that compresses, and names its version and every offset. */
  public static SampleFile ofText(String path, int size, long seed) {
    return new SampleFile(new Stamp(path, seed, 1), stamp -> new Layout(text(stamp, size), size));
  }

  private static byte[] text(Stamp stamp, int size) {
    StringBuilder text = new StringBuilder(size + 100);
    while (text.length() < size) {
      text.append(stamp).append(" at ").append(text.length()).append('\n');
    }
    return text.substring(0, size).getBytes(StandardCharsets.US_ASCII);
  }

  /** Slash-separated, relative to the root of the samples. */
  public String path() {
    return stamp.path();
  }

  /** In bytes. */
  public long size() {
    return layout.size();
  }

  /** Counts from 1. */
  public int version() {
    return stamp.version();
  }

  /** What an overwrite of this file holds: the same kind of content, every cell different. */
  public SampleFile withVersion(int version) {
    return new SampleFile(new Stamp(stamp.path(), stamp.seed(), version), recipe);
  }

  /** Fills the target's remaining room with the bytes from {@code offset} on. */
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), size());
    byte[] head = layout.head();
    long at = offset;
    if (at < head.length && target.hasRemaining()) {
      int copied = (int) Math.min(head.length - at, target.remaining());
      target.put(head, (int) at, copied);
      at += copied;
    }
    Cells.fill(key, at, target);
  }

  /** All bytes, from the front. */
  public InputStream open() {
    return new SampleStream(this);
  }

  /**
   * Compares bytes that somebody returned for {@code offset} with what they must be. The buffer's
   * position is left alone.
   *
   * @return the index in {@code bytes} of the first wrong one, or -1 when all are right
   * @throws IndexOutOfBoundsException when the file has no such range: an answer that is too long
   */
  public int firstDifference(long offset, ByteBuffer bytes) {
    Objects.checkFromIndexSize(offset, bytes.remaining(), size());
    ByteBuffer expected = ByteBuffer.allocate(Math.min(bytes.remaining(), 64 * 1024));
    for (int done = 0; done < bytes.remaining(); done += expected.limit()) {
      expected.clear().limit(Math.min(expected.capacity(), bytes.remaining() - done));
      read(offset + done, expected);
      int at = expected.flip().mismatch(bytes.slice(bytes.position() + done, expected.limit()));
      if (at >= 0) {
        return done + at;
      }
    }
    return -1;
  }

  /** Where in this version a stray little-endian word is at home. */
  @Nullable Long offsetOf(long word) {
    long offset = Cells.offsetOf(key, word);
    return offset >= layout.head().length && offset <= size() - Long.BYTES ? offset : null;
  }

  @Override
  public String toString() {
    return stamp + " (" + size() + " bytes)";
  }
}
