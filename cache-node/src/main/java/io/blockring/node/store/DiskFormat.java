package io.blockring.node.store;

import io.blockring.node.store.disk.Directory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who a disk is and how it is divided: its file {@code format}. The id moves with the disk, so that
 * it may be mounted elsewhere and keeps its blocks.
 */
record DiskFormat(long diskId, int slotBytes) {
  static final String FILE = "format";
  static final String INDEX = "index.log";
  static final String NEW_INDEX = "index.new";
  static final String SEGMENTS = "segment-";

  private static final Logger LOG = LoggerFactory.getLogger(DiskFormat.class);
  private static final String CHECKSUM = "crc32c ";
  private static final int MAX_BYTES = 4096;

  /** Reads a disk's format. Where it is not this build's, the store starts empty and says why. */
  static DiskFormat openOrReset(Directory directory, int slotBytes) throws IOException {
    Optional<DiskFormat> found = read(directory.path(), slotBytes);
    if (found.isPresent()) {
      return found.get();
    }
    reset(directory.path());
    DiskFormat fresh = new DiskFormat(new SecureRandom().nextLong(), slotBytes);
    fresh.write(directory);
    return fresh;
  }

  private static Optional<DiskFormat> read(Path directory, int slotBytes) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      LOG.info("{}: no block store here yet, starting empty", directory);
      return Optional.empty();
    }
    if (Files.size(file) > MAX_BYTES) {
      return startEmpty(file, "has " + Files.size(file) + " bytes, at most " + MAX_BYTES);
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    int end = text.lastIndexOf(CHECKSUM);
    if (end < 0 || !text.substring(end).equals(checksumLine(text.substring(0, end)))) {
      return startEmpty(file, "is damaged: its checksum differs");
    }
    String expected = new DiskFormat(idIn(text), slotBytes).text();
    return text.equals(expected)
        ? Optional.of(new DiskFormat(idIn(text), slotBytes))
        : startEmpty(file, "says\n" + text + "but this build and these settings need\n" + expected);
  }

  private static Optional<DiskFormat> startEmpty(Path file, String why) {
    LOG.warn("{} {}; its blocks cannot be used, starting empty", file, why);
    return Optional.empty();
  }

  private static long idIn(String text) {
    for (String line : text.lines().toList()) {
      if (line.matches("disk [0-9a-f]{16}")) {
        return HexFormat.fromHexDigitsToLong(line, 5, 21);
      }
    }
    return 0;
  }

  private String text() {
    String head =
        "blockring block store\nformat %d\ndisk %016x\nslot-bytes %d\nsegment-slots %d\n"
            .formatted(BlockHeader.VERSION, diskId, slotBytes, SlotFiles.SEGMENT_SLOTS);
    return head + checksumLine(head);
  }

  private static String checksumLine(String head) {
    byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
    return CHECKSUM + "%08x\n".formatted(BlockHeader.crc(ByteBuffer.wrap(bytes), bytes.length));
  }

  private void write(Directory directory) throws IOException {
    String temporary = FILE + ".new";
    try (FileChannel file =
        FileChannel.open(
            directory.path().resolve(temporary),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text().getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    directory.rename(temporary, FILE);
  }

  /** Removes the store's own files; whatever else lies there is not ours. */
  private static void reset(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(INDEX));
    Files.deleteIfExists(directory.resolve(NEW_INDEX));
    try (DirectoryStream<Path> segments =
        Files.newDirectoryStream(directory, SEGMENTS + "[0-9][0-9][0-9][0-9][0-9][0-9]")) {
      for (Path segment : segments) {
        Files.delete(segment);
      }
    }
  }
}
