package io.blockring.client.origin.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of files that stay, change and vanish. */
class FileOriginTest {
  private static final byte[] CONTENT = new byte[1_000_000];

  static {
    new Random(11).nextBytes(CONTENT);
  }

  @TempDir Path temporary;
  private Path root = Path.of("/");
  private final OriginCounters counters = new OriginCounters();
  private Origin origin = open(root);

  @BeforeEach
  void createFile() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    Files.createDirectory(root.resolve("dir"));
    Files.write(root.resolve("dir/file"), CONTENT);
    origin = open(root);
  }

  @AfterEach
  void close() {
    origin.close();
  }

  private Origin open(Path directory) {
    return new FileOrigin(
        directory, IdentityMode.AUTO, OriginLimits.DEFAULT.withMaxConcurrentRequests(2), counters);
  }

  @Test
  void head_and_first_bytes_agree_on_size_and_identity() throws Exception {
    ObjectMetadata head = origin.head("dir/file", in(5000));

    try (Origin.Body body = origin.getFirst("dir/file", 4096, in(5000))) {
      assertThat(body.metadata()).isEqualTo(head);
      assertThat(head.size()).isEqualTo(CONTENT.length);
      assertThat(identity(head).kind()).isEqualTo(Identity.Kind.FILE);
      assertThat(readAll(body)).isEqualTo(Arrays.copyOf(CONTENT, 4096));
    }
    assertThat(counters.succeeded()).isEqualTo(2);
    assertThat(counters.bytes()).isEqualTo(4096);
    assertThat(counters.inFlight()).isZero();
  }

  @Test
  void a_range_over_many_chunks_has_the_files_bytes() throws Exception {
    try (Origin.Body body = getRange(12_345, 900_000)) {
      assertThat(readAll(body)).isEqualTo(Arrays.copyOfRange(CONTENT, 12_345, 912_345));
      assertThat(body.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void an_empty_file_has_an_empty_body_and_an_identity() throws Exception {
    Files.createFile(root.resolve("empty"));

    try (Origin.Body body = origin.getFirst("empty", 4096, in(5000))) {
      assertThat(body.length()).isZero();
      assertThat(body.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(body.metadata().identity()).isNotNull();
    }
  }

  @Test
  void identity_mode_none_gives_no_identity() throws Exception {
    origin.close();
    origin = new FileOrigin(root, IdentityMode.NONE, OriginLimits.DEFAULT, counters);

    assertThat(origin.head("dir/file", in(5000)).identity()).isNull();
  }

  // ---- changes

  @Test
  void a_file_overwritten_before_the_read_is_changed() throws Exception {
    Identity before = identity(origin.head("dir/file", in(5000)));
    byte[] other = CONTENT.clone();
    other[500_000] ^= 1;
    Files.write(root.resolve("dir/file"), other);

    assertFails(
        Kind.CHANGED,
        () -> origin.getRange("dir/file", before, CONTENT.length, 0, 10, in(5000)),
        before.toString());
  }

  @Test
  void two_writes_within_one_tick_of_the_clock_get_two_identities() throws Exception {
    Path file = root.resolve("quick");
    Files.write(file, new byte[] {1});
    Identity first = identity(origin.head("quick", in(5000)));
    Files.write(file, new byte[] {2});

    assertThat(identity(origin.head("quick", in(5000)))).isNotEqualTo(first);
  }

  @Test
  void a_byte_overwritten_during_the_read_is_changed_before_it_is_given_out() throws Exception {
    try (Origin.Body body = getRange(0, CONTENT.length)) {
      ByteBuffer firstChunk = ByteBuffer.allocate(256 * 1024);
      assertThat(body.read(firstChunk)).isEqualTo(firstChunk.capacity());
      try (var file = Files.newByteChannel(root.resolve("dir/file"), StandardOpenOption.WRITE)) {
        file.position(900_000).write(ByteBuffer.wrap(new byte[] {(byte) ~CONTENT[900_000]}));
      }

      assertFails(Kind.CHANGED, () -> body.read(ByteBuffer.allocate(1)), "dir/file");
    }
  }

  @Test
  void a_file_replaced_during_the_read_is_changed() throws Exception {
    try (Origin.Body body = getRange(0, CONTENT.length)) {
      body.read(ByteBuffer.allocate(256 * 1024));
      Path other = Files.write(root.resolve("other"), new byte[CONTENT.length]);
      Files.setLastModifiedTime(other, Files.getLastModifiedTime(root.resolve("dir/file")));
      Files.move(other, root.resolve("dir/file"), StandardCopyOption.REPLACE_EXISTING);

      assertFails(Kind.CHANGED, () -> body.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void a_file_truncated_or_deleted_during_the_read_is_changed() throws Exception {
    try (Origin.Body body = getRange(0, CONTENT.length)) {
      body.read(ByteBuffer.allocate(256 * 1024));
      Files.write(root.resolve("dir/file"), new byte[10]);

      assertFails(Kind.CHANGED, () -> body.read(ByteBuffer.allocate(1)), "ends at byte");
    }
    Files.write(root.resolve("dir/file"), CONTENT);
    try (Origin.Body body = getRange(0, CONTENT.length)) {
      body.read(ByteBuffer.allocate(256 * 1024));
      Files.delete(root.resolve("dir/file"));

      assertFails(Kind.CHANGED, () -> body.read(ByteBuffer.allocate(1)), "deleted");
    }
  }

  @Test
  void a_deleted_file_is_changed_for_a_range_and_not_found_for_an_open() throws Exception {
    Identity before = identity(origin.head("dir/file", in(5000)));
    Files.delete(root.resolve("dir/file"));

    assertFails(
        Kind.CHANGED, () -> origin.getRange("dir/file", before, CONTENT.length, 0, 10, in(5000)));
    assertFails(Kind.NOT_FOUND, () -> origin.getFirst("dir/file", 10, in(5000)), "dir/file");
  }

  @Test
  void times_in_the_far_past_and_future_are_identities_too() throws Exception {
    Path file = root.resolve("dir/file");
    Files.setLastModifiedTime(file, FileTime.from(4_000_000_000L, TimeUnit.SECONDS));
    assertThat(identity(origin.head("dir/file", in(5000))).value())
        .endsWith("-4000000000000000000");
    Files.setLastModifiedTime(file, FileTime.from(-1, TimeUnit.SECONDS));
    assertThat(identity(origin.head("dir/file", in(5000))).value()).endsWith("--1000000000");
  }

  // ---- names

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../root/dir/file",
        "dir/../dir/file",
        "dir/./file",
        "/dir/file",
        "dir//file",
        "dir/file/",
        "dir",
        "dir/file/below",
        "dir/\0file",
        "nothing"
      })
  void a_key_that_no_file_has_is_not_found(String key) {
    assertFails(Kind.NOT_FOUND, () -> origin.head(key, in(5000)), key);
  }

  @Test
  void a_name_longer_than_any_file_can_have_is_not_found() {
    assertFails(Kind.NOT_FOUND, () -> origin.head("x".repeat(300), in(5000)));
  }

  @Test
  void links_are_followed_inside_the_root_and_refused_outside() throws Exception {
    Path secret = Files.writeString(temporary.resolve("secret"), "secret");
    Files.createSymbolicLink(root.resolve("inside"), Path.of("dir/file"));
    Files.createSymbolicLink(root.resolve("outside"), secret);
    Files.createSymbolicLink(root.resolve("up"), Path.of(".."));

    assertThat(origin.head("inside", in(5000)).size()).isEqualTo(CONTENT.length);
    assertFails(Kind.DENIED, () -> origin.head("outside", in(5000)), "leads out");
    assertFails(Kind.DENIED, () -> origin.getFirst("up/secret", 10, in(5000)), "leads out");
  }

  @Test
  void keys_of_any_script_name_their_files() throws Exception {
    for (String key : new String[] {"é/😀", "a b+c%20d", "a?b#c&d", "line\nbreak", "-r", "~"}) {
      Path file = root.resolve(key);
      Files.createDirectories(file.getParent());
      Files.writeString(file, key);

      try (Origin.Body body = origin.getFirst(key, 100, in(5000))) {
        assertThat(new String(readAll(body), java.nio.charset.StandardCharsets.UTF_8))
            .isEqualTo(key);
      }
    }
  }

  @Test
  void a_missing_directory_is_no_bucket() {
    origin.close();
    origin = open(temporary.resolve("missing"));

    assertFails(Kind.NO_BUCKET, () -> origin.head("file", in(5000)), "missing");
    assertFails(Kind.NO_BUCKET, () -> origin.list("", "", null, 10, in(5000)), "missing");
  }

  @Test
  void a_closed_body_and_a_closed_origin_read_nothing() throws Exception {
    Origin.Body body = getRange(0, 10);
    body.close();
    assertFails(Kind.UNAVAILABLE, () -> body.read(ByteBuffer.allocate(1)), "closed");
    assertThat(counters.abandoned()).isEqualTo(1);

    origin.close();
    assertFails(Kind.UNAVAILABLE, () -> origin.head("dir/file", in(5000)), "closed");
  }

  private Origin.Body getRange(int offset, int length) throws OriginException {
    Identity identity = identity(origin.head("dir/file", in(5000)));
    return origin.getRange("dir/file", identity, CONTENT.length, offset, length, in(5000));
  }

  private static Identity identity(ObjectMetadata metadata) {
    return Objects.requireNonNull(metadata.identity());
  }

  private static long in(long millis) {
    return System.nanoTime() + millis * 1_000_000;
  }

  private static byte[] readAll(Origin.Body body) throws OriginException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocateDirect(10_000);
    while (body.read(buffer.clear()) >= 0) {
      byte[] some = new byte[buffer.flip().remaining()];
      buffer.get(some);
      all.writeBytes(some);
    }
    return all.toByteArray();
  }

  private static void assertFails(Kind kind, ThrowingCallable call, String... messageParts) {
    OriginException e = catchThrowableOfType(OriginException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    for (String part : messageParts) {
      assertThat(e.getMessage()).contains(part);
    }
  }
}
