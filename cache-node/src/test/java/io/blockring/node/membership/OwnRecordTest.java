package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.node.book.Book;
import io.blockring.node.book.BookRecord;
import io.blockring.wire.v1.MemberRecord;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnRecordTest {
  private static final MemberAddress HERE = new MemberAddress("10.0.0.1", 1, 2, 3, 4);

  @TempDir Path directory;
  private Book book;
  private MemberRecords records;
  private OwnRecord own;

  @BeforeEach
  void open() {
    book = Book.open(directory.resolve("book"), "a");
    records = new MemberRecords(book);
    own = started();
    own.assertIt(0);
  }

  private OwnRecord started() {
    return new OwnRecord(book, "a", () -> 7, "zone", HERE);
  }

  @Test
  void a_member_that_is_taken_for_gone_out_versions_its_removal() {
    records.edit("a", member -> member.toBuilder().setWeight(40).setWeightIsPinned(true).build());
    long version = standing().version();
    records.remove("a", MemberRecords.GONE);
    own.assertIt(0);
    assertThat(standing().isTombstone()).isFalse();
    assertThat(standing().version()).isEqualTo(version + 2);
    assertThat(record().getWeight()).as("pinned").isEqualTo(40);
    assertThat(record().getRemovedBecause()).isEmpty();
  }

  @Test
  void one_that_an_operator_removed_returns_with_its_next_start() {
    records.edit("a", member -> member.toBuilder().setDraining(true).build());
    records.remove("a", MemberRecords.OPERATOR);
    own.assertIt(0);
    assertThat(standing().isTombstone()).isTrue();
    started().assertIt(0);
    assertThat(standing().isTombstone()).isFalse();
    assertThat(record().getDraining()).as("that was over with its removal").isFalse();
  }

  @Test
  void what_operators_decided_survives_a_restart_and_that_it_was_given_up_does_not() {
    records.edit(
        "a",
        member ->
            member.toBuilder()
                .setDraining(true)
                .setIsolated(true)
                .setIsolatedBecause("slow")
                .setMaintenanceUntilEpochMillis(1L << 50)
                .setNotAwaited(true)
                .build());
    MemberRecord before = record();
    started().assertIt(0);
    assertThat(record()).isEqualTo(before.toBuilder().clearNotAwaited().build());
  }

  private BookRecord standing() {
    return Objects.requireNonNull(book.get(MemberRecords.key("a")));
  }

  private MemberRecord record() {
    return Objects.requireNonNull(MemberRecords.parse(standing()));
  }
}
