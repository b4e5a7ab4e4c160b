package io.blockring.node.book;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookFileTest {
  private static final RecordKey KEY = new RecordKey("member", "gpu-07");

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void writeSome() {
    file = directory.resolve("book");
    Book book = Book.open(file, "a");
    book.put(KEY, ByteString.copyFromUtf8("one"));
    book.put(KEY, ByteString.copyFromUtf8("two"));
    book.edit(new RecordKey("member", "x"), b -> new Book.Content(true, ByteString.EMPTY));
  }

  @Test
  void survives_a_restart_and_goes_on_counting() {
    Book book = Book.open(file, "a");
    BookRecord record = Objects.requireNonNull(book.get(KEY));
    assertThat(record.version()).isEqualTo(2);
    assertThat(record.body().toStringUtf8()).isEqualTo("two");
    assertThat(book.size()).isEqualTo(2);
    assertThat(book.living("member")).hasSize(1);
    assertThat(record.author()).startsWith("a~").isNotEqualTo(book.author());
  }

  @Test
  void any_flipped_bit_is_an_empty_book_and_never_another_one() throws Exception {
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(7);
    for (int i = 0; i < 64; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bad);
      assertThat(Book.open(file, "a").size()).as("flip %s of seed 7", i).isZero();
    }
    assertThat(directory.resolve("book.damaged")).exists();
  }

  @Test
  void any_torn_file_is_an_empty_book() throws Exception {
    byte[] good = Files.readAllBytes(file);
    for (int length = 0; length < good.length; length += 3) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThat(Book.open(file, "a").size()).as("%s bytes", length).isZero();
    }
  }

  @Test
  void goes_on_in_memory_when_it_cannot_be_written() throws Exception {
    Book book = Book.open(directory.resolve("no/such/directory/book"), "a");
    book.put(KEY, ByteString.copyFromUtf8("one"));
    assertThat(book.size()).isEqualTo(1);
    assertThat(book.failedSaves()).isEqualTo(1);
  }

  @Test
  void tells_listeners_what_changed_and_only_then() {
    Book book = Book.open(file, "a");
    var told = new ArrayList<Set<RecordKey>>();
    book.onChange(told::add);
    book.put(KEY, ByteString.copyFromUtf8("three"));
    book.edit(KEY, before -> null);
    BookRecord standing = Objects.requireNonNull(book.get(KEY));
    book.merge(List.of(standing));
    assertThat(told).containsExactly(Set.of(KEY));
  }

  @Test
  void a_caller_who_was_interrupted_still_leaves_its_change_on_disk() {
    Book book = Book.open(file, "a");
    Thread.currentThread().interrupt();
    book.put(KEY, ByteString.copyFromUtf8("last"));
    assertThat(Thread.interrupted()).as("the flag stays for the caller").isTrue();

    assertThat(book.failedSaves()).isZero();
    assertThat(Objects.requireNonNull(Book.open(file, "a").get(KEY)).body().toStringUtf8())
        .isEqualTo("last");
  }
}
