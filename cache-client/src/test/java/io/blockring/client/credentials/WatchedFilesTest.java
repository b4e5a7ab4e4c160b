package io.blockring.client.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {
  @TempDir private Path directory;
  private final AtomicLong clock = new AtomicLong();
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("secret");
    replace("first");
  }

  /** As those who rotate do: a new file takes the old one's place. */
  private void replace(String text) throws IOException {
    Path next = Files.writeString(directory.resolve("next"), text);
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private WatchedFiles<String> watched() throws IOException {
    return WatchedFiles.open(
        List.of(file),
        () -> {
          String text = SecretFile.read(file);
          if (text.equals("broken")) {
            throw new IOException("not usable");
          }
          return text;
        },
        clock::get);
  }

  private void aSecondLater() {
    clock.addAndGet(WatchedFiles.INTERVAL.toNanos());
  }

  @Test
  void gives_what_the_file_holds_now_and_looks_once_a_second() throws IOException {
    WatchedFiles<String> watched = watched();
    replace("second");
    assertThat(watched.get()).isEqualTo("first");
    aSecondLater();
    assertThat(watched.get()).isEqualTo("second");
  }

  @Test
  void what_cannot_be_used_changes_nothing_until_it_can() throws IOException {
    WatchedFiles<String> watched = watched();
    replace("broken");
    aSecondLater();
    assertThat(watched.get()).isEqualTo("first");
    Files.delete(file);
    aSecondLater();
    assertThat(watched.get()).isEqualTo("first");
    replace("third");
    aSecondLater();
    assertThat(watched.get()).isEqualTo("third");
  }

  /** What is wrong may be nothing that the files tell: a directory above, memory, descriptors. */
  @Test
  void what_could_not_be_read_is_tried_again_though_the_file_is_the_same() throws IOException {
    AtomicReference<@Nullable Exception> problem = new AtomicReference<>();
    WatchedFiles<String> watched =
        WatchedFiles.open(
            List.of(file),
            () -> {
              switch (problem.get()) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case null, default -> {
                  return SecretFile.read(file);
                }
              }
            },
            clock::get);
    replace("second");
    for (Exception e : List.of(new IOException("no"), new IllegalStateException("no"))) {
      problem.set(e);
      aSecondLater();
      assertThat(watched.get()).isEqualTo("first");
    }
    problem.set(null);
    assertThat(watched.get()).as("not before the next look").isEqualTo("first");
    aSecondLater();
    assertThat(watched.get()).isEqualTo("second");
  }

  @Test
  void permissions_made_right_are_noticed_as_made_wrong() throws IOException {
    WatchedFiles<String> watched = watched();
    replace("second");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    aSecondLater();
    assertThat(watched.get()).as("too wide").isEqualTo("first");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    aSecondLater();
    assertThat(watched.get()).as("after chmod 600").isEqualTo("second");
  }

  @Test
  void the_first_reading_must_succeed() throws IOException {
    Files.delete(file);
    assertThatThrownBy(this::watched)
        .isInstanceOf(IOException.class)
        .hasMessage(file + " does not exist");
  }

  @Test
  void refuses_a_secret_that_others_may_read() throws IOException {
    for (String allowed : List.of("rw-------", "r--------", "rw-r-----", "r--r-----")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(allowed));
      assertThat(SecretFile.read(file)).isEqualTo("first");
    }
    for (String wide : List.of("rw-r--r--", "rw-rw----", "rw-----w-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(wide));
      assertThatThrownBy(() -> SecretFile.read(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(wide)
          .hasMessageContaining("chmod 600")
          .hasMessageNotContaining("first");
    }
  }
}
