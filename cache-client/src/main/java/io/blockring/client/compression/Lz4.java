package io.blockring.client.compression;

import java.io.IOException;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * LZ4 blocks (the block format: no frame, no checksum, no length of its own). The length of the
 * plain bytes is always known from elsewhere and bounds what is written, so that no input, however
 * made, takes more memory than was set aside for it. Heap and direct buffers; any thread.
 */
public final class Lz4 {
  /** As much as {@link #pays} looks at. */
  public static final int SAMPLE_BYTES = 64 * 1024;

  private static final LZ4Compressor COMPRESSOR = LZ4Factory.fastestInstance().fastCompressor();
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.fastestInstance().safeDecompressor();

  private Lz4() {}

  /** The most that {@code plainBytes} can become. */
  public static int maxCompressedBytes(int plainBytes) {
    return COMPRESSOR.maxCompressedLength(plainBytes);
  }

  /**
   * Compresses all that remains in the source.
   *
   * @return how many bytes were put into the target; -1, and neither buffer moved, when they do not
   *     fit there
   */
  public static int compress(ByteBuffer source, ByteBuffer target) {
    int written;
    try {
      written =
          COMPRESSOR.compress(
              source,
              source.position(),
              source.remaining(),
              target,
              target.position(),
              target.remaining());
    } catch (LZ4Exception e) {
      return -1;
    }
    source.position(source.limit());
    target.position(target.position() + written);
    return written;
  }

  /**
   * Fills the target from all that remains in the source.
   *
   * @throws IOException when the source is not the compressed form of exactly as many bytes as
   *     remain in the target; what the target then holds is meaningless
   */
  public static void decompress(ByteBuffer source, ByteBuffer target) throws IOException {
    int plain = target.remaining();
    int written;
    try {
      written =
          DECOMPRESSOR.decompress(
              source, source.position(), source.remaining(), target, target.position(), plain);
    } catch (LZ4Exception e) {
      throw new IOException(
          source.remaining() + " compressed bytes are not LZ4 of " + plain + " bytes", e);
    }
    if (written != plain) {
      throw new IOException(
          source.remaining() + " compressed bytes are " + written + " bytes, not " + plain);
    }
    source.position(source.limit());
    target.position(target.limit());
  }

  /**
   * Whether compressing bytes like these saves an eighth or more: asked of their first {@value
   * #SAMPLE_BYTES}, so that what does not compress (weights, images) costs a sample and no more.
   * Neither position nor limit is touched.
   */
  public static boolean pays(ByteBuffer bytes) {
    ByteBuffer sample = bytes.slice(bytes.position(), Math.min(bytes.remaining(), SAMPLE_BYTES));
    int limit = sample.remaining() - sample.remaining() / 8;
    return compress(sample, ByteBuffer.allocate(limit)) >= 0;
  }
}
