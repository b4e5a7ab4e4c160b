package io.blockring.mount;

import io.blockring.mount.kernel.Errno;
import io.blockring.mount.kernel.SystemCallException;
import io.blockring.mount.serve.KernelSession;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What SIGTERM and Ctrl-C do: the directory is free again before the process ends. */
final class Unmounting {
  private static final Logger log = LoggerFactory.getLogger(Unmounting.class);

  private final Target target;
  private final KernelSession session;
  private final AtomicBoolean isDone = new AtomicBoolean();

  private Unmounting(Target target, KernelSession session) {
    this.target = target;
    this.session = session;
  }

  static Unmounting onSignal(Target target, KernelSession session) {
    Unmounting unmounting = new Unmounting(target, session);
    Runtime.getRuntime().addShutdownHook(new Thread(unmounting::unmount, "unmount"));
    return unmounting;
  }

  /** Somebody else unmounted; nothing is left to do at the end. */
  void isDone() {
    isDone.set(true);
  }

  private void unmount() {
    if (!isDone.compareAndSet(false, true)) {
      return;
    }
    try {
      free();
      Runtime.getRuntime().halt(ExitStatus.OK.code());
    } catch (SystemCallException e) {
      log.error("{} stays mounted and dead", target, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void free() throws SystemCallException, InterruptedException {
    try {
      target.point().unmount();
      session.awaitEnd();
      log.info("unmounted {}", target);
    } catch (SystemCallException e) {
      switch (e.errno()) {
        case Errno.EBUSY -> {
          log.warn(
              "{} is busy: detached; files that are open there get errors from now on", target);
          target.point().detach();
        }
        // Not mounted: somebody was faster.
        case Errno.EINVAL, Errno.ENOENT -> {}
        default -> throw e;
      }
    }
  }
}
