package io.blockring.client.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {
  @TempDir private Path directory;
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
    return new WatchedFiles<>(
        List.of(file),
        () -> {
          String text = SecretFile.read(file);
          if (text.equals("broken")) {
            throw new IOException("not usable");
          }
          return text;
        });
  }

  @Test
  void gives_what_the_file_held_at_the_last_look() throws IOException {
    WatchedFiles<String> watched = watched();
    replace("second");
    assertThat(watched.get()).isEqualTo("first");
    watched.look();
    assertThat(watched.get()).isEqualTo("second");
  }

  @Test
  void what_cannot_be_used_changes_nothing_until_it_can() throws IOException {
    WatchedFiles<String> watched = watched();
    replace("broken");
    watched.look();
    assertThat(watched.get()).isEqualTo("first");
    Files.delete(file);
    watched.look();
    assertThat(watched.get()).isEqualTo("first");
    replace("third");
    watched.look();
    assertThat(watched.get()).isEqualTo("third");
  }

  /** What is wrong may be nothing that the files tell: a directory above, memory, descriptors. */
  @Test
  void what_could_not_be_read_is_tried_again_though_the_file_is_the_same() throws IOException {
    AtomicReference<@Nullable Exception> problem = new AtomicReference<>();
    WatchedFiles<String> watched =
        new WatchedFiles<>(
            List.of(file),
            () -> {
              switch (problem.get()) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case null, default -> {
                  return SecretFile.read(file);
                }
              }
            });
    replace("second");
    for (Exception e : List.of(new IOException("no"), new IllegalStateException("no"))) {
      problem.set(e);
      watched.look();
      assertThat(watched.get()).isEqualTo("first");
    }
    problem.set(null);
    watched.look();
    assertThat(watched.get()).isEqualTo("second");
  }

  @Test
  void permissions_made_right_are_noticed_as_made_wrong() throws IOException {
    WatchedFiles<String> watched = watched();
    replace("second");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    watched.look();
    assertThat(watched.get()).as("too wide").isEqualTo("first");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    watched.look();
    assertThat(watched.get()).as("after chmod 600").isEqualTo("second");
  }

  @Test
  @Timeout(30)
  void who_asks_never_waits_for_the_files() throws Exception {
    AtomicBoolean isFirst = new AtomicBoolean(true);
    CountDownLatch reads = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    WatchedFiles<String> watched =
        WatchedFiles.open(
            List.of(file),
            () -> {
              if (!isFirst.getAndSet(false)) {
                reads.countDown();
                awaitUninterrupted(mayEnd);
              }
              return SecretFile.read(file);
            });
    replace("second");
    assertThat(reads.await(10, TimeUnit.SECONDS)).as("looks though nobody asks").isTrue();
    assertThat(watched.get()).as("asked while a look hangs").isEqualTo("first");
    mayEnd.countDown();
    while (!watched.get().equals("second")) {
      Thread.yield();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
