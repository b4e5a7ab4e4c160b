package io.blockring.node.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFileTest {
  private static final int BYTES = 1 << 20;

  @TempDir Path directory;

  private static ByteBuffer filled(int length, byte value) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(length);
    while (buffer.hasRemaining()) {
      buffer.put(value);
    }
    return buffer.flip();
  }

  private DiskFile open() throws IOException {
    return DiskFile.open(directory.resolve("file"));
  }

  @Test
  void reads_what_was_written_and_stops_at_the_end() throws IOException {
    try (DiskFile file = open()) {
      file.write(filled(1000, (byte) 7), 500);
      ByteBuffer read = ByteBuffer.allocateDirect(2000);
      assertThat(file.read(read, 1000)).isEqualTo(500);
      assertThat(read.flip()).isEqualTo(filled(500, (byte) 7));
      assertThat(file.read(read.clear(), 9999)).isZero();
    }
  }

  @Test
  void detached_range_reads_as_zeros_and_the_rest_is_untouched() throws IOException {
    try (DiskFile file = open()) {
      file.write(filled(3 * BYTES, (byte) 7), 0);
      file.detach(BYTES, BYTES);
      ByteBuffer read = ByteBuffer.allocateDirect(BYTES);
      file.read(read, BYTES);
      assertThat(read.flip()).isEqualTo(filled(BYTES, (byte) 0));
      file.read(read.clear(), 2 * BYTES);
      assertThat(read.flip()).isEqualTo(filled(BYTES, (byte) 7));
      assertThat(file.size()).isEqualTo(3 * BYTES);
    }
  }

  @Test
  void counting_and_sampling_agree_on_what_is_in_the_page_cache() throws IOException {
    try (DiskFile file = open()) {
      file.write(filled(BYTES, (byte) 1), 0);
      assertThat(file.isInPageCache(0, BYTES)).isTrue();
      assertThat(file.isSampleInPageCache(0, BYTES, 65536)).isTrue();
      assertThat(file.isInPageCache(0, 2 * BYTES)).as("beyond the end").isFalse();
      assertThat(file.isSampleInPageCache(0, 2 * BYTES, 65536)).isFalse();
    }
  }

  @Test
  void what_was_asked_for_ahead_is_there_once_it_was_read() throws IOException {
    try (DiskFile file = open()) {
      file.write(filled(BYTES, (byte) 1), 0);
      file.sync();
      file.dropPages(0, BYTES);
      file.readAhead(0, BYTES);
      assertThat(file.read(ByteBuffer.allocateDirect(BYTES), 0)).isEqualTo(BYTES);
      assertThat(file.isInPageCache(0, BYTES)).isTrue();
      assertThat(file.isInPageCache(5000, BYTES - 5000)).isTrue();
    }
  }

  @Test
  void populated_range_is_in_the_page_cache_and_one_beyond_the_end_is_not_said_to_be()
      throws IOException {
    try (DiskFile file = open()) {
      file.write(filled(BYTES, (byte) 1), 0);
      file.sync();
      file.dropPages(0, BYTES);
      assertThat(file.populate(0, BYTES)).isTrue();
      assertThat(file.isInPageCache(0, BYTES)).isTrue();
      assertThat(file.populate(100, BYTES - 100)).as("not at a page's start").isTrue();
      assertThat(file.populate(0, 2 * BYTES)).as("beyond the end").isFalse();
    }
  }

  @Test
  void small_range_is_read_at_once_or_not_at_all() throws IOException {
    try (DiskFile file = open()) {
      file.write(filled(BYTES, (byte) 1), 0);
      ByteBuffer read = ByteBuffer.allocateDirect(4096);
      for (boolean isKnown : List.of(true, false)) {
        assertThat(file.readAtOnce(read.clear(), 8192, isKnown)).isTrue();
        assertThat(read.flip()).isEqualTo(filled(4096, (byte) 1));
        assertThat(file.readAtOnce(read.clear(), BYTES - 1000, isKnown)).isFalse();
        assertThat(read.position()).isZero();
      }
    }
  }

  @Test
  void file_that_cannot_be_opened_is_named_with_the_reason() {
    Path missing = directory.resolve("missing/file");
    assertThatThrownBy(() -> DiskFile.open(missing))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("ENOENT");
  }

  @Test
  void new_file_is_readable_by_its_owner_only() throws IOException {
    open().close();
    assertThat(Files.getPosixFilePermissions(directory.resolve("file")))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }
}
