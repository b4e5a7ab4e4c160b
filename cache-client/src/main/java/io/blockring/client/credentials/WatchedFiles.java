package io.blockring.client.credentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value made of files, made again when one of them has changed: whoever rotates a secret replaces
 * the file and nothing else. Files that cannot be used any more leave the value as it was, with a
 * warning, and are read again at every look until they can: what was wrong may be nothing that the
 * files themselves tell. They are looked at when the value is asked for, at most once a second.
 * Safe for many threads.
 */
public final class WatchedFiles<T> implements Supplier<T> {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Reads the files. Its messages name them and never what is in them. */
  @FunctionalInterface
  public interface Reader<T> {
    T read() throws IOException;
  }

  private final List<Path> files;
  private final Reader<T> reader;
  private final LongSupplier nanoClock;
  private volatile T value;
  private volatile long lookedAtNanos;
  private String stamps; // of what is in use or was tried last; guarded by this
  private @Nullable String problem; // why that is not in use, null when it is; guarded by this

  private WatchedFiles(List<Path> files, Reader<T> reader, LongSupplier nanoClock)
      throws IOException {
    this.files = List.copyOf(files);
    this.reader = reader;
    this.nanoClock = nanoClock;
    this.stamps = stamps();
    this.value = reader.read();
    this.lookedAtNanos = nanoClock.getAsLong();
  }

  /**
   * Reads for the first time.
   *
   * @throws IOException when that fails: nothing can stand in for it yet
   */
  public static <T> WatchedFiles<T> open(List<Path> files, Reader<T> reader) throws IOException {
    return new WatchedFiles<>(files, reader, System::nanoTime);
  }

  static <T> WatchedFiles<T> open(List<Path> files, Reader<T> reader, LongSupplier nanoClock)
      throws IOException {
    return new WatchedFiles<>(files, reader, nanoClock);
  }

  @Override
  public T get() {
    if (nanoClock.getAsLong() - lookedAtNanos >= INTERVAL.toNanos()) {
      look();
    }
    return value;
  }

  private synchronized void look() {
    if (nanoClock.getAsLong() - lookedAtNanos < INTERVAL.toNanos()) {
      return;
    }
    // Before reading: what changes while it is read is read again.
    String now = stamps();
    if (!now.equals(stamps) || problem != null) {
      stamps = now;
      read();
    }
    lookedAtNanos = nanoClock.getAsLong();
  }

  private void read() {
    try {
      value = reader.read();
      problem = null;
      LOG.info("{} changed and is in use", files);
    } catch (IOException | RuntimeException e) {
      // What else than IOException is thrown may tell what is in the files.
      String found = e instanceof IOException ? "" + e.getMessage() : e.getClass().getName();
      if (!found.equals(problem)) {
        LOG.warn("{} changed and cannot be used, what it held stays: {}", files, found);
      }
      problem = found;
    }
  }

  private String stamps() {
    return files.stream().map(WatchedFiles::stamp).collect(Collectors.joining(" "));
  }

  private static String stamp(Path file) {
    try {
      // The time of the last change of the file's state: permissions count too.
      return Files.readAttributes(file, "unix:lastModifiedTime,ctime,size,fileKey").toString();
    } catch (IOException e) {
      return "none";
    }
  }
}
