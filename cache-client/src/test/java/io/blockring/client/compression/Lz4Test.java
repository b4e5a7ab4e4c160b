package io.blockring.client.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Lz4Test {
  private final Random random = new Random(20_261_120);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasCompressedComesBack(boolean isDirect) throws IOException {
    for (int length : new int[] {0, 1, 15, 4096, 65_536, 300_001}) {
      ByteBuffer plain = text(length, isDirect);
      ByteBuffer packed = room(Lz4.maxCompressedBytes(length), isDirect);
      int written = Lz4.compress(plain.duplicate(), packed);
      assertEquals(written, packed.flip().remaining());
      ByteBuffer back = room(length, isDirect);
      Lz4.decompress(packed, back);
      assertEquals(plain, back.flip());
    }
  }

  @Test
  void bytesThatDoNotFitMoveNothing() {
    ByteBuffer noise = noise(65_536);
    ByteBuffer target = room(60_000, true);
    assertEquals(-1, Lz4.compress(noise, target));
    assertEquals(65_536, noise.remaining());
    assertEquals(60_000, target.remaining());
  }

  @Test
  void aBombIsHeldToThePromisedLength() throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(16 << 20);
    ByteBuffer packed = ByteBuffer.allocate(Lz4.maxCompressedBytes(16 << 20));
    Lz4.compress(zeros, packed);
    packed.flip();
    assertTrue(packed.remaining() < 100_000);
    ByteBuffer small = ByteBuffer.allocate(64 * 1024);
    assertThrows(IOException.class, () -> Lz4.decompress(packed.duplicate(), small.duplicate()));
    ByteBuffer large = ByteBuffer.allocate((16 << 20) + 1);
    assertThrows(IOException.class, () -> Lz4.decompress(packed.duplicate(), large.duplicate()));
  }

  @Test
  void everyCutAndManyFlipsEndWithoutHarm() throws IOException {
    ByteBuffer plain = text(5_000, false);
    ByteBuffer packed = ByteBuffer.allocate(Lz4.maxCompressedBytes(5_000));
    Lz4.compress(plain.duplicate(), packed);
    packed.flip();
    for (int cut = 0; cut < packed.limit(); cut++) {
      ByteBuffer part = packed.duplicate().limit(cut);
      assertThrows(IOException.class, () -> Lz4.decompress(part, ByteBuffer.allocate(5_000)));
    }
    for (int i = 0; i < 10_000; i++) {
      ByteBuffer flipped = ByteBuffer.allocate(packed.limit()).put(packed.duplicate()).flip();
      int at = random.nextInt(flipped.limit());
      flipped.put(at, (byte) (flipped.get(at) ^ (1 << random.nextInt(8))));
      ByteBuffer guarded = ByteBuffer.allocate(6_000);
      try {
        Lz4.decompress(flipped, guarded.slice(500, 5_000));
      } catch (IOException e) {
        // Refused; a flip in a literal is not, which is what checksums are for.
      }
      assertTrue(isZero(guarded.slice(0, 500)) && isZero(guarded.slice(5_500, 500)));
    }
  }

  @Test
  void onlyWhatCompressesPays() {
    assertTrue(Lz4.pays(text(1 << 20, false)));
    assertFalse(Lz4.pays(noise(1 << 20)));
    assertFalse(Lz4.pays(ByteBuffer.allocate(0)));
  }

  private static boolean isZero(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      if (bytes.get() != 0) {
        return false;
      }
    }
    return true;
  }

  private static ByteBuffer room(int length, boolean isDirect) {
    return isDirect ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
  }

  private ByteBuffer noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  /** Like a log: few words, again and again. */
  private ByteBuffer text(int length, boolean isDirect) {
    ByteBuffer text = room(length, isDirect);
    while (text.hasRemaining()) {
      byte[] word = ("step " + random.nextInt(50) + " loss ").getBytes();
      text.put(word, 0, Math.min(word.length, text.remaining()));
    }
    return text.flip();
  }
}
