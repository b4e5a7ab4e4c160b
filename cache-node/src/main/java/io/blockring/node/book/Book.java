package io.blockring.node.book;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The small replicated set of cluster records as this node knows it, kept on its disk. Losing it
 * never yields wrong bytes: peers give it back. Safe for many threads; reads take no lock.
 *
 * <p>Writes hold one lock over merge and file, so that what peers are told has been written before.
 */
public final class Book {
  /** Records a book may have; further ones are refused. */
  public static final int MAX_RECORDS = 50_000;

  private static final Logger LOG = LoggerFactory.getLogger(Book.class);

  private final BookFile file;
  private final String author;
  private final List<Consumer<Set<RecordKey>>> listeners = new CopyOnWriteArrayList<>();
  private final LongAdder refusedRecords = new LongAdder();
  private final LongAdder failedSaves = new LongAdder();
  private final Object writeLock = new Object();
  private volatile Contents contents;

  /** Everything at one moment. */
  private record Contents(SortedMap<RecordKey, BookRecord> records, String fingerprint) {}

  /** What an edit leaves behind. */
  public record Content(boolean isTombstone, ByteString body) {}

  /** Decides what replaces a record. */
  @FunctionalInterface
  public interface Edit {
    /**
     * @param before the state that stands, tombstones included; null when there is none
     * @return null to leave it as it is
     */
    @Nullable Content apply(@Nullable BookRecord before);
  }

  private Book(BookFile file, String author, Collection<BookRecord> records) {
    this.file = file;
    this.author = author;
    TreeMap<RecordKey, BookRecord> map = new TreeMap<>();
    records.forEach(record -> map.put(record.key(), record));
    this.contents = contentsOf(map);
  }

  /**
   * Reads the book of a node; a missing or damaged file is an empty book.
   *
   * @param nodeId the first part of this process's author name
   */
  public static Book open(Path path, String nodeId) {
    BookFile file = new BookFile(path);
    String process = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    return new Book(file, nodeId + "~" + process, file.load());
  }

  /**
   * Who this process is in records: the node's id, a tilde, 8 hex digits that differ at every
   * start. So a node that lost its book cannot write a second state of a version it wrote before.
   */
  public String author() {
    return author;
  }

  /** The state that stands, tombstones included; null when there is none. */
  public @Nullable BookRecord get(RecordKey key) {
    return contents.records.get(key);
  }

  /** All records of a kind that are not removed, by id. */
  public List<BookRecord> living(String kind) {
    return contents.records.values().stream()
        .filter(record -> record.key().kind().equals(kind) && !record.isTombstone())
        .toList();
  }

  /** How many records there are, tombstones included. */
  public int size() {
    return contents.records.size();
  }

  /** Equal on two nodes exactly when every record stands at the same version and author. */
  public String fingerprint() {
    return contents.fingerprint;
  }

  /** Records refused because they were malformed or one too many. */
  public long refusedRecords() {
    return refusedRecords.sum();
  }

  /** Times the file could not be written. */
  public long failedSaves() {
    return failedSaves.sum();
  }

  /**
   * Calls back after every change with what changed, on the thread that made it; the book may have
   * changed again by then.
   */
  public void onChange(Consumer<Set<RecordKey>> listener) {
    listeners.add(listener);
  }

  /** Writes a record over whatever stands. */
  public void put(RecordKey key, ByteString body) {
    edit(key, before -> new Content(false, body));
  }

  /**
   * Replaces a record in one step, out-versioning what stands.
   *
   * @return whether anything changed
   */
  public boolean edit(RecordKey key, Edit edit) {
    synchronized (writeLock) {
      BookRecord before = get(key);
      Content after = edit.apply(before);
      if (after == null) {
        return false;
      }
      long version = before == null ? 1 : before.version() + 1;
      apply(List.of(new BookRecord(key, version, author, after.isTombstone(), after.body())));
    }
    tell(Set.of(key));
    return true;
  }

  /**
   * Takes over every state that stands above what is known here.
   *
   * @return the records that changed
   */
  public Set<RecordKey> merge(Collection<BookRecord> others) {
    Set<RecordKey> changed;
    synchronized (writeLock) {
      changed = apply(others);
    }
    if (!changed.isEmpty()) {
      tell(changed);
    }
    return changed;
  }

  private Set<RecordKey> apply(Collection<BookRecord> news) {
    TreeMap<RecordKey, BookRecord> records = new TreeMap<>(contents.records);
    Set<RecordKey> changed = new TreeSet<>();
    for (BookRecord record : news) {
      BookRecord before = records.get(record.key());
      if (before == null && records.size() >= MAX_RECORDS) {
        refuse(1);
      } else if (before == null || record.supersedes(before)) {
        records.put(record.key(), record);
        changed.add(record.key());
      }
    }
    if (!changed.isEmpty()) {
      contents = contentsOf(records);
      save(records.values());
    }
    return changed;
  }

  private void save(Collection<BookRecord> records) {
    try {
      file.save(records);
    } catch (IOException e) {
      failedSaves.increment();
      LOG.warn(
          "the book could not be written: {}; it goes on in memory, and is written again with the"
              + " next change",
          e.toString());
    }
  }

  private void tell(Set<RecordKey> changed) {
    listeners.forEach(listener -> listener.accept(changed));
  }

  void refuse(int records) {
    refusedRecords.add(records);
  }

  /** Every record's stamp. */
  List<BookRecord.Stamp> digest() {
    return contents.records.values().stream().map(BookRecord::stamp).toList();
  }

  /** What somebody lacks who has these stamps; at most about {@code maxBytes} of bodies. */
  List<BookRecord> lackedBy(Collection<BookRecord.Stamp> digest, int maxBytes) {
    SortedMap<RecordKey, BookRecord> missing = new TreeMap<>(contents.records);
    for (BookRecord.Stamp stamp : digest) {
      BookRecord own = missing.get(stamp.key());
      if (own != null && !stamp.isOlderThan(own)) {
        missing.remove(stamp.key());
      }
    }
    List<BookRecord> chosen = new ArrayList<>();
    long bytes = 0;
    for (BookRecord record : missing.values()) {
      bytes += record.body().size() + RecordKey.MAX_LENGTH;
      if (bytes > maxBytes && !chosen.isEmpty()) {
        break;
      }
      chosen.add(record);
    }
    return chosen;
  }

  private static Contents contentsOf(SortedMap<RecordKey, BookRecord> records) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      records.values().forEach(r -> sha256.update(r.stamp().toWire().toByteArray()));
      String fingerprint = HexFormat.of().formatHex(sha256.digest(), 0, 16);
      return new Contents(records, fingerprint);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
