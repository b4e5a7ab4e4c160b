package io.blockring.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The user's own directory, proved by reading the files themselves. */
final class DirectoryDemoFiles implements DemoFiles {
  private final Path directory;
  private final List<Entry> entries;

  private DirectoryDemoFiles(Path directory, List<Entry> entries) {
    this.directory = directory;
    this.entries = List.copyOf(entries);
  }

  /** The first files by name that fit the limits. */
  static DirectoryDemoFiles of(Path directory, DemoLimits limits) throws IOException {
    List<Entry> all = new ArrayList<>();
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        all.add(new Entry(directory.relativize(file).toString(), Files.size(file)));
      }
    }
    return new DirectoryDemoFiles(directory, limits.cut(all, directory.toString()));
  }

  @Override
  public List<Entry> entries() {
    return entries;
  }

  @Override
  public @Nullable String problem(Entry entry, long offset, ByteBuffer bytes) throws IOException {
    ByteBuffer expected = ByteBuffer.allocate(bytes.remaining());
    try (FileChannel file = FileChannel.open(directory.resolve(entry.key()))) {
      while (expected.hasRemaining() && file.read(expected, offset + expected.position()) >= 0) {
        // Until the range is full or the file ends.
      }
    }
    int at = expected.flip().mismatch(bytes);
    return at < 0 ? null : entry.key() + ": byte " + (offset + at) + " is not that of the file";
  }
}
