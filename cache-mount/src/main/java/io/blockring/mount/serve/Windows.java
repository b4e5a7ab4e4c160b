package io.blockring.mount.serve;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.Digest;
import io.blockring.client.namespace.Version;
import io.blockring.mount.kernel.Errno;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The windows of all open files, in a bounded number of buffers. A window that the kernel has taken
 * is dropped; of the others the one unused for longest makes room. Safe for many threads.
 */
final class Windows {
  /** Of a window, and of a buffer. */
  static final int BYTES = 4 * 1024 * 1024;

  private record Place(Digest version, long index) {}

  private final Namespace cluster;
  private final ByteBudget budget;
  // Guarded by this. The map holds each of its windows.
  private final Map<Place, Window> shared = new LinkedHashMap<>(64, 0.75f, true);

  /**
   * @param memoryBytes of all buffers together; at least four of them
   */
  Windows(Namespace cluster, long memoryBytes) {
    this.cluster = cluster;
    this.budget = new ByteBudget(memoryBytes, BYTES);
  }

  /** Bytes of a window of this version: a window is part of one block. */
  static int bytes(Version version) {
    return Math.min(BYTES, version.blockBytes());
  }

  /** A shared window that has or will have all of the range, held for the caller; or null. */
  synchronized @Nullable Window find(OpenObject object, long offset, int count) {
    Window window = shared.get(place(object, offset));
    return window != null && !window.isFailed() && window.covers(offset, count) && window.hold()
        ? window
        : null;
  }

  /**
   * A shared window from the offset to the end of its place, being fetched; held for the caller.
   */
  Window open(OpenObject object, long offset, ReadScope scope) throws Refusal {
    ByteBudget.Loan loan = borrow(scope);
    Window window;
    synchronized (this) {
      Window other = find(object, offset, 1);
      if (other != null) {
        loan.close();
        return other;
      }
      window = share(object, offset, loan);
      window.hold();
    }
    start(window, scope);
    return window;
  }

  /** Starts to fetch a window that is not there, if a buffer is to spare. */
  void ahead(OpenObject object, long offset, ReadScope scope) {
    Window window;
    synchronized (this) {
      Window known = shared.get(place(object, offset));
      if (known != null && !known.isFailed()) {
        return;
      }
      ByteBudget.Loan loan = budget.borrowIfQuiet();
      if (loan == null && dropEldest()) {
        loan = budget.borrowIfQuiet();
      }
      if (loan == null) {
        return;
      }
      window = share(object, offset, loan);
    }
    start(
        window,
        new ReadScope(ReadScope.newTraceId(), TrafficClass.READ_AHEAD, scope.deadlineNanos()));
  }

  /** A window of exactly this range, for the caller alone; not yet fetched. */
  Window alone(OpenObject object, long offset, int count, ReadScope scope) throws Refusal {
    return new Window(object, offset, count, borrow(scope));
  }

  /** Nobody needs the window's bytes here any more. */
  synchronized void drop(OpenObject object, Window window) {
    if (shared.remove(place(object, window.start()), window)) {
      window.letGo();
    }
  }

  long bytesInUse() {
    return budget.bytesInFlight();
  }

  /** Called with the lock held. */
  private Window share(OpenObject object, long offset, ByteBudget.Loan loan) {
    int size = bytes(version(object));
    long end = Math.min(object.size(), (offset / size + 1) * size);
    Window window = new Window(object, offset, (int) (end - offset), loan);
    Window before = shared.put(place(object, offset), window);
    if (before != null) {
      before.letGo();
    }
    return window;
  }

  private void start(Window window, ReadScope scope) {
    window.hold();
    Thread.ofVirtual()
        .name("window-" + scope.traceId())
        .start(
            () -> {
              try {
                window.fetch(cluster, scope);
              } catch (Refusal e) {
                // Who waits for it hears of it, and asks once more by itself.
                return;
              } finally {
                window.letGo();
              }
            });
  }

  private ByteBudget.Loan borrow(ReadScope scope) throws Refusal {
    ByteBudget.Loan loan = budget.borrow(0);
    while (loan == null && dropEldest()) {
      loan = budget.borrow(0);
    }
    if (loan == null) {
      loan = budget.borrow(scope.remainingMillis());
    }
    if (loan == null) {
      throw new Refusal(
          Errno.EIO,
          "all " + budget.totalBytes() + " bytes of buffers were in use until the deadline");
    }
    return loan;
  }

  /** False when there is none that has ended. */
  private synchronized boolean dropEldest() {
    for (Iterator<Window> windows = shared.values().iterator(); windows.hasNext(); ) {
      Window window = windows.next();
      if (window.isEnded()) {
        windows.remove();
        window.letGo();
        return true;
      }
    }
    return false;
  }

  private static Place place(OpenObject object, long offset) {
    Version version = version(object);
    return new Place(version.digest(), offset / bytes(version));
  }

  private static Version version(OpenObject object) {
    return Objects.requireNonNull(object.version(), "only what has a version is opened");
  }
}
