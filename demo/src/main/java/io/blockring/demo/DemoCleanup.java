package io.blockring.demo;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Undoes the demo, last things first, once: at its end, or when Ctrl-C ends the process, whichever
 * comes first.
 */
final class DemoCleanup implements AutoCloseable {
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final Thread atExit = new Thread(this::close, "demo-cleanup");
  private boolean isClosed;

  DemoCleanup(WorkDirectory work) {
    resources.push(work);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Takes charge of a resource, at once if the process is already ending. */
  synchronized <T extends AutoCloseable> T add(T resource) {
    resources.push(resource);
    if (isClosed) {
      close();
      throw new IllegalStateException("the demo was stopped");
    }
    return resource;
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    while (!resources.isEmpty()) {
      AutoCloseable resource = resources.pop();
      try {
        resource.close();
      } catch (IOException | RuntimeException e) {
        System.err.println("cachectl demo: could not clean up: " + e.getMessage());
      } catch (Exception e) {
        throw new IllegalStateException("no resource of the demo throws this", e);
      }
    }
  }
}
