package io.blockring.client.credentials;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value made of files, made again when one of them has changed: whoever rotates a secret replaces
 * the file and nothing else. Files that cannot be used any more leave the value as it was, with a
 * warning, and are read again at every look until they can: what was wrong may be nothing that the
 * files themselves tell. They are looked at once a second, on a virtual thread of their own which
 * ends when nobody has this any more; who asks for the value never waits for a disk. Safe for many
 * threads.
 */
public final class WatchedFiles<T> implements Supplier<T> {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Reads the files. Its messages name them and never what is in them. */
  @FunctionalInterface
  public interface Reader<T> {
    T read() throws IOException;
  }

  private final List<Path> files;
  private final Reader<T> reader;
  private volatile T value;
  private String stamps; // of what is in use or was tried last; guarded by this
  private @Nullable String problem; // why that is not in use, null when it is; guarded by this

  /** Looks only when it is told to. */
  WatchedFiles(List<Path> files, Reader<T> reader) throws IOException {
    this.files = List.copyOf(files);
    this.reader = reader;
    this.stamps = stamps();
    this.value = reader.read();
  }

  /**
   * Reads for the first time.
   *
   * @throws IOException when that fails: nothing can stand in for it yet
   */
  public static <T> WatchedFiles<T> open(List<Path> files, Reader<T> reader) throws IOException {
    WatchedFiles<T> watched = new WatchedFiles<>(files, reader);
    WeakReference<WatchedFiles<T>> weak = new WeakReference<>(watched);
    Thread.ofVirtual().name("watch " + files).start(() -> watch(weak));
    return watched;
  }

  private static <T> void watch(WeakReference<WatchedFiles<T>> weak) {
    try {
      while (isLookedAt(weak)) {
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A method of its own, so that nothing holds the files' value while the thread sleeps. */
  private static <T> boolean isLookedAt(WeakReference<WatchedFiles<T>> weak) {
    WatchedFiles<T> watched = weak.get();
    if (watched != null) {
      watched.look();
    }
    return watched != null;
  }

  @Override
  public T get() {
    return value;
  }

  synchronized void look() {
    // Before reading: what changes while it is read is read again.
    String now = stamps();
    if (!now.equals(stamps) || problem != null) {
      stamps = now;
      read();
    }
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
