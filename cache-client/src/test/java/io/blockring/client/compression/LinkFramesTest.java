package io.blockring.client.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.compression.LinkFrames.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinkFramesTest {
  private static final int FRAME = LinkFrames.MAX_PLAIN_BYTES;
  private final Random random = new Random(7);

  @Test
  void plain_and_packed_frames_come_back_as_one_stream() throws IOException {
    byte[] text = text(3 * FRAME + 17);
    byte[] noise = noise(FRAME + 1);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    sent.write(frames(text));
    sent.write(frames(noise));
    assertThat(sent.size()).isLessThan(text.length / 2 + noise.length + 100);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(text);
    all.write(noise);
    var stream =
        new FrameStream(new ByteArrayInputStream(sent.toByteArray()), text.length + noise.length);
    assertThat(stream.readAllBytes()).isEqualTo(all.toByteArray());
    assertThat(stream.taken()).isEqualTo(sent.size());
    assertThat(stream.read()).isEqualTo(-1);
  }

  @Test
  void no_flipped_bit_makes_a_wrong_byte() throws IOException {
    byte[] text = text(5_000);
    byte[] frames = frames(text);
    int refused = 0;
    for (int bit = 0; bit < 8 * frames.length; bit++) {
      byte[] flipped = frames.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        // A match that points to another place with the same words decodes to the same bytes.
        assertThat(read(flipped, text.length)).as("bit " + bit).isEqualTo(text);
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(4 * frames.length);
  }

  @Test
  void every_cut_but_one_between_frames_is_seen_by_the_stream_and_that_one_is_short()
      throws IOException {
    byte[] noise = noise(1_000);
    byte[] frames = frames(noise);
    for (int cut = 1; cut < frames.length; cut++) {
      byte[] part = java.util.Arrays.copyOf(frames, cut);
      assertThatThrownBy(() -> read(part, noise.length)).isInstanceOf(IOException.class);
    }
    assertThat(read(new byte[0], noise.length)).isEmpty();
  }

  @Test
  void no_header_takes_more_than_was_promised() {
    for (int[] header :
        new int[][] {
          {1, FRAME + 1}, {1, Integer.MAX_VALUE}, {10, 9}, {0, 10}, {-1, 10}, {10, -1}, {5, 101}
        }) {
      byte[] frame = ByteBuffer.allocate(200).putInt(header[0]).putInt(header[1]).putInt(0).array();
      assertThatThrownBy(() -> read(frame, 100)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void more_frames_than_promised_are_malformed() throws IOException {
    byte[] frames = frames(text(500));
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    twice.write(frames);
    twice.write(frames);
    assertThatThrownBy(() -> read(twice.toByteArray(), 500)).isInstanceOf(MalformedException.class);
  }

  private static byte[] read(byte[] frames, int promised) throws IOException {
    return new FrameStream(new ByteArrayInputStream(frames), promised).readAllBytes();
  }

  private static byte[] frames(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer frame = ByteBuffer.allocate(FRAME);
    for (int from = 0; from < plain.length; from += FRAME) {
      ByteBuffer piece = ByteBuffer.wrap(plain, from, Math.min(FRAME, plain.length - from));
      ByteBuffer header = LinkFrames.plainHeader(piece);
      if (LinkFrames.compress(piece, frame.clear())) {
        out.write(frame.array(), 0, frame.position());
      } else {
        out.write(header.array());
        out.write(plain, from, piece.remaining());
      }
    }
    return out.toByteArray();
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] text(int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append("step ").append(random.nextInt(40)).append(" loss ");
    }
    return text.substring(0, length).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
