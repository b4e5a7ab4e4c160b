package io.blockring.cachectl;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.cachectl.FakeNode.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code cat} and {@code get}: all bytes or an error, never a part that looks whole. */
@Timeout(30)
class ObjectsTest {
  private static final String OBJECT = "GET /api/v1/object";
  private static final String PATH = "/models/sd/unet.safetensors";

  @TempDir Path directory;
  private final Cli cli = new Cli();
  private final byte[] bytes = new byte[1_234_567];
  private FakeNode node;

  @BeforeEach
  void start() throws IOException {
    new SplittableRandom(7).nextBytes(bytes);
    node = new FakeNode();
    cli.variables.put("CACHECTL_ADDRESS", node.address());
    node.script(OBJECT, Reply.of(200, bytes));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void cat_writes_exactly_the_objects_bytes() {
    Cli.Run run = cli.run("cat", PATH);
    assertThat(run.code()).isZero();
    assertThat(run.bytes()).isEqualTo(bytes);
    assertThat(node.requests)
        .containsExactly("GET /api/v1/object?path=%2Fmodels%2Fsd%2Funet.safetensors");
  }

  @Test
  void cat_of_a_broken_answer_ends_with_74_and_says_where() {
    node.script(OBJECT, new Reply(200, bytes, bytes.length + 1));
    Cli.Run run = cli.run("cat", PATH);
    assertThat(run.code()).isEqualTo(74);
    assertThat(run.err()).contains(PATH + " broke off").contains("after 1234567 of 1234568 bytes");
  }

  @Test
  void get_leaves_the_whole_file_and_nothing_else() throws IOException {
    Cli.Run run = cli.run("get", PATH, directory.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(files()).containsExactly(directory.resolve("unet.safetensors"));
    assertThat(Files.readAllBytes(directory.resolve("unet.safetensors"))).isEqualTo(bytes);
    assertThat(run.out()).contains("1.2 MiB in");
  }

  @Test
  void get_replaces_a_file_and_reports_exact_numbers_as_json() throws IOException {
    Path file = Files.writeString(directory.resolve("old"), "before");
    Cli.Run run = cli.run("get", PATH, file.toString(), "-o", "json");
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    assertThat(run.out()).contains("\"sizeBytes\":1234567");
  }

  @Test
  void get_of_a_broken_answer_keeps_what_was_there() throws IOException {
    Path file = Files.writeString(directory.resolve("old"), "before");
    node.script(OBJECT, new Reply(200, bytes, 2 * bytes.length));
    Cli.Run run = cli.run("get", PATH, file.toString());
    assertThat(run.code()).isEqualTo(74);
    assertThat(files()).containsExactly(file);
    assertThat(Files.readString(file)).isEqualTo("before");
  }

  @Test
  void get_of_an_empty_object_makes_an_empty_file() throws IOException {
    try (RawNode empty = new RawNode("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")) {
      Path file = directory.resolve("empty");
      Cli.Run run = cli.run("get", PATH, file.toString(), "--address", empty.address());
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(Files.size(file)).isZero();
    }
  }

  @Test
  void get_to_where_nothing_can_be_written_ends_with_73() {
    Path nowhere = directory.resolve("missing").resolve("file");
    Cli.Run run = cli.run("get", PATH, nowhere.toString());
    assertThat(run.code()).isEqualTo(73);
    assertThat(run.err()).contains(nowhere + " cannot be written: NoSuchFileException");
    assertThat(node.requests).isEmpty();
  }

  @Test
  void an_object_that_changes_or_is_not_there_has_its_own_exit_code() {
    node.script(OBJECT, Reply.error(409, "changed"), Reply.error(404, "not_found"));
    assertThat(cli.run("cat", PATH).code()).isEqualTo(5);
    assertThat(cli.run("cat", PATH).code()).isEqualTo(66);
  }
}
