package io.blockring.client.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64NvmeTest {

  @Test
  void known_values() {
    assertThat(Crc64Nvme.of(ascii("123456789"))).isEqualTo(0xAE8B14860A799888L);
    assertThat(Crc64Nvme.of(ByteBuffer.allocate(0))).isZero();
    // From the NVMe command set specification: 4 KiB of zeros, of ones, and of 0, 1, 2 ...
    assertThat(Crc64Nvme.of(filled(i -> 0))).isEqualTo(0x6482D367EB22B64EL);
    assertThat(Crc64Nvme.of(filled(i -> 0xFF))).isEqualTo(0xC0DDBA7302ECA3ACL);
    assertThat(Crc64Nvme.of(filled(i -> i))).isEqualTo(0x3E729F5F6750449CL);
    assertThat(Crc64Nvme.of(filled(i -> ~i))).isEqualTo(0x9A2DF64B8E9E517EL);
  }

  @Test
  void of_any_length_and_kind_of_buffer_it_is_what_bit_by_bit_gives() {
    long seed = 64;
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      byte[] bytes = new byte[random.nextInt(40_000)];
      random.nextBytes(bytes);
      ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 3).position(3);
      direct.put(bytes).position(3);
      long expected = bitByBit(bytes);
      assertThat(Crc64Nvme.of(direct)).as("seed %d round %d", seed, round).isEqualTo(expected);
      assertThat(Crc64Nvme.of(ByteBuffer.wrap(bytes).asReadOnlyBuffer())).isEqualTo(expected);
      assertThat(direct.position()).isEqualTo(3);
    }
  }

  @Test
  void of_parts_in_any_order_it_is_that_of_the_whole() {
    Random random = new Random(5);
    byte[] whole = new byte[100_000];
    random.nextBytes(whole);
    int block = 16_384;
    long sum = 0;
    for (int from = whole.length / block * block; from >= 0; from -= block) {
      int to = Math.min(whole.length, from + block);
      long part = Crc64Nvme.of(ByteBuffer.wrap(Arrays.copyOfRange(whole, from, to)));
      sum ^= Crc64Nvme.share(part, whole.length - to);
    }
    assertThat(sum).isEqualTo(Crc64Nvme.of(ByteBuffer.wrap(whole)));
  }

  private static long bitByBit(byte[] bytes) {
    long crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x9A6C9329AC4BC9B5L;
      }
    }
    return ~crc;
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static ByteBuffer filled(java.util.function.IntUnaryOperator value) {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    for (int i = 0; i < 4096; i++) {
      bytes.put(i, (byte) value.applyAsInt(i));
    }
    return bytes;
  }
}
