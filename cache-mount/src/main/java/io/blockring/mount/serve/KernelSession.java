package io.blockring.mount.serve;

import io.blockring.mount.kernel.Errno;
import io.blockring.mount.kernel.KernelChannel;
import io.blockring.mount.kernel.Request;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests from the kernel until it unmounts: one platform thread for each channel takes them
 * and answers what needs nobody; the rest runs on virtual threads, at most so many at once.
 */
public final class KernelSession {
  private static final Logger log = LoggerFactory.getLogger(KernelSession.class);
  private static final int MOST_AT_ONCE = 512;
  private static final long LOOK_AGAIN_MILLIS = 100;

  private final FileSystem files;
  private final IntPredicate isDying;
  private final Semaphore turns = new Semaphore(MOST_AT_ONCE);
  private final Map<Long, Exchange> waiting = new ConcurrentHashMap<>();
  private final CountDownLatch ended;

  private KernelSession(FileSystem files, IntPredicate isDying, int channels) {
    this.files = files;
    this.isDying = isDying;
    this.ended = new CountDownLatch(channels);
  }

  /** Starts; the channels are closed at the end. */
  public static KernelSession start(FileSystem files, List<? extends KernelChannel> channels) {
    return start(files, channels, new Dying());
  }

  static KernelSession start(
      FileSystem files, List<? extends KernelChannel> channels, IntPredicate isDying) {
    KernelSession session = new KernelSession(files, isDying, channels.size());
    for (int i = 0; i < channels.size(); i++) {
      KernelChannel channel = channels.get(i);
      Thread.ofPlatform().name("kernel-" + i).daemon().start(() -> session.take(channel));
    }
    return session;
  }

  /** Returns when the file system is unmounted. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  private void take(KernelChannel channel) {
    try (channel) {
      Request request = channel.receive();
      while (request != null) {
        dispatch(new Exchange(channel, request));
        request = channel.receive();
      }
    } catch (IOException | RuntimeException e) {
      log.error("a line to the kernel broke; what waits on it gets no answer from here", e);
    } finally {
      ended.countDown();
    }
  }

  private void dispatch(Exchange exchange) {
    if (exchange.request() instanceof Request.Interrupt interrupt) {
      interrupt(interrupt, exchange);
    } else if (FileSystem.isQuick(exchange.request())) {
      run(exchange);
    } else {
      long unique = exchange.request().header().unique();
      turns.acquireUninterruptibly();
      waiting.put(unique, exchange);
      Thread.ofVirtual()
          .name("request-" + unique)
          .start(
              () -> {
                try {
                  run(exchange);
                } finally {
                  waiting.remove(unique, exchange);
                  turns.release();
                }
              });
    }
  }

  private void run(Exchange exchange) {
    try {
      answer(exchange);
    } catch (IOException e) {
      log.error("no answer could be given to {}", exchange.request(), e);
    }
  }

  private void answer(Exchange exchange) throws IOException {
    try {
      files.handle(exchange);
    } catch (Refusal e) {
      if (e.isTrouble()) {
        log.warn("{}: {}", exchange.request(), e.getMessage());
      }
      exchange.refuse(e.errno());
    } catch (RuntimeException | Error e) {
      log.error("{} failed here", exchange.request(), e);
      exchange.refuse(Errno.EIO);
    }
  }

  /** Has no answer of its own, unless the kernel shall say it again. */
  private void interrupt(Request.Interrupt interrupt, Exchange itself) {
    Exchange target = waiting.get(interrupt.target());
    if (target == null) {
      try {
        itself.refuse(Errno.EAGAIN);
      } catch (IOException e) {
        log.debug("the interrupted request has its answer", e);
      }
      return;
    }
    Thread.ofVirtual().name("interrupt-" + interrupt.target()).start(() -> breakOff(target));
  }

  /** The kernel tells only of the first signal, so whether a deadly one follows is looked for. */
  private void breakOff(Exchange target) {
    try {
      while (!target.isAnswered()) {
        if (isDying.test(target.request().header().processId())) {
          target.refuse(Errno.EINTR);
        }
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.debug("{} could not be broken off", target.request(), e);
    }
  }
}
