package io.blockring.node.book;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blockring.wire.v1.BookExchange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the order and however often states arrive: equal sets of states are equal books. */
class BookMergeTest {
  @TempDir Path directory;
  private int books;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void merging_commutes_and_repeats_without_effect(long seed) {
    Random random = new Random(seed);
    List<BookRecord> states = randomStates(random, 200);
    Book inOrder = emptyBook();
    states.forEach(state -> inOrder.merge(List.of(state)));

    Book shuffled = emptyBook();
    List<BookRecord> doubled = new ArrayList<>(states);
    doubled.addAll(states.subList(0, 50));
    Collections.shuffle(doubled, random);
    for (int at = 0; at < doubled.size(); ) {
      int next = Math.min(doubled.size(), at + 1 + random.nextInt(20));
      shuffled.merge(doubled.subList(at, next));
      at = next;
    }

    assertThat(shuffled.fingerprint()).as("seed %s", seed).isEqualTo(inOrder.fingerprint());
    for (BookRecord.Stamp stamp : inOrder.digest()) {
      assertThat(shuffled.get(stamp.key())).isEqualTo(inOrder.get(stamp.key()));
    }
    assertThat(shuffled.merge(states)).as("a second time").isEmpty();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14})
  void highest_version_and_author_stands(long seed) {
    List<BookRecord> states = randomStates(new Random(seed), 100);
    Book book = emptyBook();
    book.merge(states);
    for (BookRecord state : states) {
      BookRecord standing = book.get(state.key());
      assertThat(standing).isNotNull();
      assertThat(BookRecord.STANDING.compare(standing, state)).isGreaterThanOrEqualTo(0);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23, 24, 25})
  void nodes_that_write_and_talk_at_random_end_equal(long seed) {
    Random random = new Random(seed);
    List<Book> nodes = List.of(emptyBook(), emptyBook(), emptyBook(), emptyBook());
    for (int step = 0; step < 150; step++) {
      Book writer = nodes.get(random.nextInt(nodes.size()));
      RecordKey key = new RecordKey("member", "n" + random.nextInt(12));
      ByteString body = ByteString.copyFromUtf8("step " + step);
      boolean isRemoval = random.nextInt(4) == 0;
      writer.edit(key, before -> new Book.Content(isRemoval, body));
      if (random.nextInt(3) == 0) {
        talk(nodes.get(random.nextInt(nodes.size())), nodes.get(random.nextInt(nodes.size())));
      }
    }
    for (int round = 0; round < 3; round++) {
      for (int node = 0; node < nodes.size(); node++) {
        talk(nodes.get(node), nodes.get((node + 1) % nodes.size()));
      }
    }
    assertThat(nodes)
        .as("seed %s", seed)
        .extracting(Book::fingerprint)
        .containsOnly(nodes.getFirst().fingerprint());
    assertThat(nodes)
        .extracting(node -> node.living("member"))
        .containsOnly(nodes.getFirst().living("member"));
  }

  @Test
  void a_question_between_equal_books_carries_no_digest() {
    Book one = emptyBook();
    one.put(new RecordKey("member", "a"), ByteString.copyFromUtf8("x"));
    Book other = emptyBook();
    talk(one, other);

    BookExchange answer = answers(other).answer(answers(one).question());

    assertThat(answer.getDigestCount()).isZero();
    assertThat(answer.getBookFingerprint()).isEqualTo(one.fingerprint());
  }

  @Test
  void a_malformed_record_is_counted_and_the_rest_is_taken() {
    Book one = emptyBook();
    one.put(new RecordKey("member", "a"), ByteString.copyFromUtf8("x"));
    BookExchange offer = answers(one).offer(BookExchange.getDefaultInstance());
    BookExchange broken =
        offer.toBuilder()
            .addRecords(
                offer.getRecords(0).toBuilder()
                    .setStamp(offer.getRecords(0).getStamp().toBuilder().setVersion(-1)))
            .build();
    Book other = emptyBook();

    answers(other).answer(broken);

    assertThat(other.size()).isEqualTo(1);
    assertThat(other.refusedRecords()).isEqualTo(1);
  }

  private void talk(Book asking, Book answering) {
    BookExchange theirs = answers(answering).answer(answers(asking).question());
    if (!theirs.getBookFingerprint().equals(asking.fingerprint())) {
      answers(asking).accept(answers(answering).answer(answers(asking).offer(theirs)));
    }
  }

  private static BookAnswers answers(Book book) {
    return new BookAnswers(book, "test", book.author(), () -> "ring");
  }

  private Book emptyBook() {
    books++;
    return Book.open(directory.resolve("book" + books), "node" + books);
  }

  private static List<BookRecord> randomStates(Random random, int count) {
    List<BookRecord> states = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      states.add(
          new BookRecord(
              new RecordKey(random.nextBoolean() ? "member" : "bypass", "n" + random.nextInt(10)),
              1 + random.nextInt(5),
              "author" + i,
              random.nextInt(5) == 0,
              ByteString.copyFromUtf8("body " + i)));
    }
    return states;
  }
}
