package io.blockring.node.book;

import io.blockring.wire.v1.BookExchange;
import io.blockring.wire.v1.Record;
import io.blockring.wire.v1.RecordStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Both halves of a talk about the book: what to send, what to make of what came. No network. */
final class BookAnswers {
  /** Of record bodies in one message; a large difference takes several exchanges. */
  private static final int MAX_RECORD_BYTES = 2 << 20;

  private final Book book;
  private final String cluster;
  private final String nodeId;
  private final Supplier<String> ringFingerprint;

  BookAnswers(Book book, String cluster, String nodeId, Supplier<String> ringFingerprint) {
    this.book = book;
    this.cluster = cluster;
    this.nodeId = nodeId;
    this.ringFingerprint = ringFingerprint;
  }

  /** Asks whether the books differ. */
  BookExchange question() {
    return message().setBookFingerprint(book.fingerprint()).build();
  }

  /** Gives a peer what it lacks and our digest, after it has told its own. */
  BookExchange offer(BookExchange theirs) {
    return full(theirs).build();
  }

  /** Answers a question or an offer. */
  BookExchange answer(BookExchange request) {
    accept(request);
    if (request.getBookFingerprint().isEmpty()) {
      return full(request).setBookFingerprint(book.fingerprint()).build();
    }
    BookExchange.Builder answer = message().setBookFingerprint(book.fingerprint());
    if (!request.getBookFingerprint().equals(answer.getBookFingerprint())) {
      book.digest().forEach(stamp -> answer.addDigest(stamp.toWire()));
    }
    return answer.build();
  }

  /**
   * Merges the records of a message.
   *
   * @throws IllegalArgumentException when it comes from another cluster
   */
  void accept(BookExchange message) {
    if (!message.getCluster().equals(cluster)) {
      throw new IllegalArgumentException(
          "this is cluster '"
              + cluster
              + "', node "
              + message.getFromMember()
              + " is of cluster '"
              + message.getCluster()
              + "'");
    }
    List<BookRecord> records = new ArrayList<>();
    for (Record wire : message.getRecordsList()) {
      try {
        records.add(BookRecord.ofWire(wire));
      } catch (IllegalArgumentException e) {
        book.refuse(1);
      }
    }
    book.merge(records);
  }

  private BookExchange.Builder full(BookExchange theirs) {
    List<BookRecord.Stamp> digest = new ArrayList<>();
    for (RecordStamp stamp : theirs.getDigestList()) {
      if (!stamp.getKind().isEmpty() && !stamp.getId().isEmpty()) {
        digest.add(BookRecord.Stamp.ofWire(stamp));
      }
    }
    BookExchange.Builder message = message();
    book.digest().forEach(stamp -> message.addDigest(stamp.toWire()));
    book.lackedBy(digest, MAX_RECORD_BYTES).forEach(r -> message.addRecords(r.toWire()));
    return message;
  }

  private BookExchange.Builder message() {
    return BookExchange.newBuilder()
        .setCluster(cluster)
        .setFromMember(nodeId)
        .setRingFingerprint(ringFingerprint.get());
  }
}
