package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFilesTest {
  private static final String UNET = "sd/unet/diffusion_pytorch_model.safetensors";
  private final SampleFiles samples = new SampleFiles(7, 0.002);

  @Test
  void same_seed_and_scale_give_the_same_files_and_another_seed_gives_others() {
    SampleFiles again = new SampleFiles(7, 0.002);
    SampleFiles other = new SampleFiles(8, 0.002);
    for (SampleFile file : samples.all()) {
      ByteBuffer bytes = all(file);
      assertThat(again.verify(file.path(), 0, bytes)).isNull();
      assertThat(all(other.file(file.path()))).isNotEqualTo(bytes);
    }
  }

  @Test
  void every_range_read_alone_equals_that_part_of_the_whole() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    SampleFile file = samples.file("sd/vae/diffusion_pytorch_model.safetensors");
    ByteBuffer whole = all(file);
    for (int i = 0; i < 2_000; i++) {
      int offset = i % 2 == 0 ? random.nextInt(whole.limit()) : random.nextInt(6_000);
      int length = random.nextInt(Math.min(300, whole.limit() - offset) + 1);
      ByteBuffer part = ByteBuffer.allocate(length);
      file.read(offset, part);
      assertThat(part.flip()).isEqualTo(whole.slice(offset, length));
      assertThat(samples.verify(file.path(), offset, part)).isNull();
    }
  }

  @Test
  void what_is_written_to_a_directory_verifies(@TempDir Path directory) throws IOException {
    long[] written = new long[1];
    samples.writeTo(directory, bytes -> written[0] += bytes);
    assertThat(written[0]).isEqualTo(samples.bytes());
    for (SampleFile file : samples.all()) {
      byte[] bytes = Files.readAllBytes(directory.resolve(file.path()));
      assertThat(bytes).hasSize((int) file.size());
      assertThat(samples.verify(file.path(), 0, ByteBuffer.wrap(bytes))).isNull();
    }
  }

  @Test
  void no_two_cells_of_all_files_and_two_versions_are_alike() {
    Set<ByteBuffer> cells = new HashSet<>();
    int counted = 0;
    for (SampleFile file : samples.under("datasets/shard-00/sample-0000")) {
      for (SampleFile version : new SampleFile[] {file, file.withVersion(2)}) {
        ByteBuffer bytes = all(version);
        for (int at = 0; at + Cells.BYTES <= bytes.limit(); at += Cells.BYTES) {
          cells.add(bytes.slice(at, Cells.BYTES));
          counted++;
        }
      }
    }
    assertThat(counted).isGreaterThan(1_000);
    assertThat(cells).hasSize(counted);
  }

  @Test
  void one_flipped_bit_anywhere_is_found_at_its_byte() {
    ByteBuffer bytes = all(samples.file(UNET));
    for (int at : new int[] {0, 9, 5_000, bytes.limit() / 2, bytes.limit() - 1}) {
      bytes.put(at, (byte) (bytes.get(at) ^ 0x10));
      assertThat(samples.verify(UNET, 0, bytes)).contains("byte " + at + " is");
      bytes.put(at, (byte) (bytes.get(at) ^ 0x10));
    }
    assertThat(samples.verify(UNET, 0, bytes)).isNull();
  }

  @Test
  void a_mixup_is_told_with_file_version_and_offset_even_when_shifted() {
    ByteBuffer part = ByteBuffer.allocate(100);
    SampleFile stale = samples.file(UNET).withVersion(2);
    stale.read(200_003, part);
    String wrong = samples.verify(UNET, 100_000, part.flip());
    assertThat(wrong).contains("the bytes at 200003 of " + UNET + " version 2");
    ByteBuffer zeros = ByteBuffer.allocate(64);
    assertThat(samples.verify(UNET, 100_000, zeros)).contains("bytes of no sample file");
  }

  @Test
  void an_answer_that_is_too_long_is_wrong() {
    long size = samples.file(UNET).size();
    assertThat(samples.verify(UNET, size - 3, ByteBuffer.allocate(4))).contains("has no bytes");
  }

  @Test
  void another_version_differs_in_every_file_also_in_the_readable_ones() {
    for (SampleFile file : samples.all()) {
      assertThat(all(file.withVersion(2))).isNotEqualTo(all(file));
    }
  }

  @Test
  void a_stream_gives_the_whole_file() throws IOException {
    SampleFile file = samples.file("sd/tokenizer/merges.txt");
    try (var stream = file.open()) {
      assertThat(ByteBuffer.wrap(stream.readAllBytes())).isEqualTo(all(file));
      assertThat(stream.read()).isEqualTo(-1);
    }
  }

  @Test
  void the_normal_set_is_a_few_hundred_megabytes_in_a_few_thousand_small_files() {
    SampleFiles normal = new SampleFiles(1, SampleFiles.NORMAL);
    assertThat(normal.bytes()).isBetween(300_000_000L, 450_000_000L);
    Map<Boolean, Integer> sizes = new HashMap<>();
    for (SampleFile file : normal.under("datasets/")) {
      sizes.merge(file.size() >= 1024 && file.size() <= 64 * 1024, 1, Integer::sum);
    }
    assertThat(sizes).containsExactly(Map.entry(true, 2_400));
  }

  @Test
  void an_impossible_scale_is_refused_with_value_and_limit() {
    assertThatThrownBy(() -> new SampleFiles(1, 0))
        .hasMessage("scale of the sample files is 0.0, must be above 0 and at most 100");
  }

  private static ByteBuffer all(SampleFile file) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
    file.read(0, bytes);
    return bytes.flip();
  }
}
