package io.blockring.node.book;

import com.google.protobuf.InvalidProtocolBufferException;
import io.blockring.node.config.DurableFile;
import io.blockring.wire.v1.BookExchange;
import io.blockring.wire.v1.Record;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The book on disk: 8 bytes "BRBOOK01", length and CRC32C of what follows (big-endian ints), then
 * the records as one protobuf message. Replaced as a whole.
 */
final class BookFile {
  private static final Logger LOG = LoggerFactory.getLogger(BookFile.class);
  private static final byte[] MAGIC = "BRBOOK01".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = MAGIC.length + 2 * Integer.BYTES;

  private final Path path;

  BookFile(Path path) {
    this.path = path;
  }

  /** The records; none when there is no file or it is damaged: peers have them. */
  List<BookRecord> load() {
    if (!Files.exists(path)) {
      return List.of();
    }
    try {
      return parse(ByteBuffer.wrap(Files.readAllBytes(path)));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn(
          "{} is damaged ({}): starting with an empty book, peers will fill it; the file is kept"
              + " as .damaged",
          path,
          e.getMessage());
      setAside();
      return List.of();
    }
  }

  private List<BookRecord> parse(ByteBuffer file) throws InvalidProtocolBufferException {
    byte[] magic = new byte[MAGIC.length];
    if (file.remaining() < HEADER || !java.util.Arrays.equals(MAGIC, take(file, magic))) {
      throw new IllegalArgumentException("no header in " + file.capacity() + " bytes");
    }
    int length = file.getInt();
    int expected = file.getInt();
    int found = checksum(file.slice());
    if (length != file.remaining() || expected != found) {
      throw new IllegalArgumentException(
          "header says %d bytes with checksum %08x, found %d with %08x"
              .formatted(length, expected, file.remaining(), found));
    }
    List<BookRecord> records = new ArrayList<>();
    for (Record record : BookExchange.parseFrom(file).getRecordsList()) {
      records.add(BookRecord.ofWire(record));
    }
    return records;
  }

  private static byte[] take(ByteBuffer from, byte[] into) {
    from.get(into);
    return into;
  }

  void save(Collection<BookRecord> records) throws IOException {
    BookExchange.Builder all = BookExchange.newBuilder();
    records.forEach(record -> all.addRecords(record.toWire()));
    byte[] content = all.build().toByteArray();
    ByteBuffer file = ByteBuffer.allocate(HEADER + content.length);
    file.put(MAGIC).putInt(content.length).putInt(checksum(ByteBuffer.wrap(content))).put(content);
    DurableFile.replace(path, file.array());
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private void setAside() {
    try {
      Path aside = path.resolveSibling(path.getFileName() + ".damaged");
      Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{} cannot be renamed: {}", path, e.toString());
    }
  }
}
