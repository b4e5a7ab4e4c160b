package io.blockring.client.origin.file;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.EmptyBody;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimiter;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.RetryBudget;
import io.blockring.client.origin.file.FileBody.OpenFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A directory tree as a mount's origin. A file's identity is its size and modification time in
 * nanoseconds; one that was written within the last few milliseconds is looked at again when a
 * further write would be sure to show.
 */
public final class FileOrigin implements Origin {
  // A file that is still being written after this many looks has no identity yet.
  private static final int MOST_LOOKS = 5;

  private final DirectoryRoot root;
  private final IdentityMode identityMode;
  private final OriginCounters counters;
  private final DiskThreads threads;
  private final RetryBudget retries = new RetryBudget(System::nanoTime);

  /**
   * @param directory absolute; need not exist yet
   * @param identityMode AUTO, or NONE for files that change without a new modification time
   */
  public FileOrigin(
      Path directory, IdentityMode identityMode, OriginLimits limits, OriginCounters counters) {
    this.root = new DirectoryRoot(directory);
    this.identityMode = identityMode;
    this.counters = counters;
    int count = limits.maxConcurrentRequests();
    OriginLimiter limiter =
        new OriginLimiter("file://" + directory, count, limits.maxWaiting(), counters);
    this.threads = new DiskThreads(root, count, limiter);
  }

  @Override
  public ObjectMetadata head(String key, long deadlineNanos) throws OriginException {
    return counted(key, deadlineNanos, () -> look(key).metadata());
  }

  @Override
  public Body getFirst(String key, int maxBytes, long deadlineNanos) throws OriginException {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " is less than 1");
    }
    return open(key, deadlineNanos, null, 0, maxBytes);
  }

  @Override
  public Body getRange(
      String key, Identity identity, long size, long offset, int length, long deadlineNanos)
      throws OriginException {
    if (offset < 0 || length < 1 || offset > size - length) {
      throw new IllegalArgumentException(
          "bytes " + offset + "+" + length + " are not in " + key + " of " + size + " bytes");
    }
    retries.asked();
    return open(key, deadlineNanos, identity, offset, length);
  }

  @Override
  public ListPage list(
      String prefix, String delimiter, @Nullable String startAfter, int maxKeys, long deadlineNanos)
      throws OriginException {
    if (maxKeys < 1) {
      throw new IllegalArgumentException("maxKeys: " + maxKeys + " is less than 1");
    }
    FileListing listing =
        new FileListing(
            root, prefix, delimiter, startAfter == null ? "" : startAfter, maxKeys, deadlineNanos);
    return counted(prefix, deadlineNanos, listing::page);
  }

  @Override
  public RetryBudget retries() {
    return retries;
  }

  @Override
  public void close() {
    threads.close();
  }

  /** A file as it was found. */
  private record Seen(Path path, FileState state, ObjectMetadata metadata) {}

  private Seen look(String key) throws IOException, OriginException {
    for (int looks = 1; ; looks++) {
      Path path = root.resolve(key);
      FileState state = FileState.of(path);
      if (!state.isRegular()) {
        throw new OriginException(
            Kind.NOT_FOUND, root.path() + ": '" + key + "' is not a regular file");
      }
      long unsettledNanos = state.unsettledNanos(epochNanos());
      if (unsettledNanos == 0 || looks == MOST_LOOKS) {
        boolean hasIdentity = unsettledNanos == 0 && identityMode != IdentityMode.NONE;
        ObjectMetadata metadata =
            new ObjectMetadata(
                hasIdentity ? state.identity() : null,
                state.size(),
                state.modifiedMillis(),
                "",
                "");
        return new Seen(path, state, metadata);
      }
      pause(unsettledNanos);
    }
  }

  private Body open(
      String key, long deadlineNanos, @Nullable Identity wanted, long offset, int mostBytes)
      throws OriginException {
    try {
      // The state is taken before the file is opened and compared after each read.
      Seen seen = threads.call(key, deadlineNanos, () -> look(key), _ -> {}, () -> {});
      if (wanted != null && !wanted.equals(seen.state().identity())) {
        throw new OriginException(
            Kind.CHANGED,
            "%s: '%s' was %s, is %s".formatted(root.path(), key, wanted, seen.state().identity()));
      }
      int length = (int) Math.min(mostBytes, seen.state().size() - offset);
      if (length == 0) {
        counters.countSuccess();
        return new EmptyBody(seen.metadata());
      }
      OpenFile file =
          threads.call(key, deadlineNanos, () -> open(key, seen), OpenFile::close, () -> {});
      return new FileBody(threads, file, seen.metadata(), offset, length, deadlineNanos, counters);
    } catch (OriginException e) {
      OriginException told = wanted == null ? e : changedIfGone(e);
      counters.countFailure(told.kind());
      throw told;
    }
  }

  private void requireVersion(String key, FileState state, Identity wanted, long leastBytes)
      throws OriginException {
    if (!wanted.equals(state.identity()) || state.size() < leastBytes) {
      throw new OriginException(
          Kind.CHANGED,
          "%s: '%s' was %s, is %s".formatted(root.path(), key, wanted, state.identity()));
    }
  }

  private OpenFile open(String key, Seen seen) throws IOException {
    Path path = seen.path();
    try {
      return new OpenFile(
          root.path() + ": '" + key + "'",
          path,
          new RandomAccessFile(path.toFile(), "r"),
          seen.state());
    } catch (FileNotFoundException e) {
      // Its type says "not found" whatever the reason was.
      if (Files.notExists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      if (!Files.isReadable(path)) {
        throw new AccessDeniedException(path.toString());
      }
      throw e;
    }
  }

  private static OriginException changedIfGone(OriginException e) {
    return e.kind() == Kind.NOT_FOUND
        ? new OriginException(Kind.CHANGED, String.valueOf(e.getMessage()), Duration.ZERO, e)
        : e;
  }

  private <T> T counted(String what, long deadlineNanos, DiskThreads.Task<T> task)
      throws OriginException {
    try {
      T result = threads.call(what, deadlineNanos, task, _ -> {}, () -> {});
      counters.countSuccess();
      return result;
    } catch (OriginException e) {
      counters.countFailure(e.kind());
      throw e;
    }
  }

  private static long epochNanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  private static void pause(long nanos) throws OriginException {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      throw new OriginException(
          Kind.UNAVAILABLE, "interrupted while a file settled", Duration.ZERO, e);
    }
  }
}
