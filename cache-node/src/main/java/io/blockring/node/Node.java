package io.blockring.node;

import io.blockring.node.config.LimitSettings;
import io.blockring.node.config.NodeSettings;
import io.blockring.node.config.OpenFileLimit;
import io.blockring.node.config.Pool;
import io.blockring.node.config.Settings;
import io.blockring.node.config.SettingsException;
import io.blockring.node.config.StartException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache node as a process. Ends with 0 after SIGTERM, with 78 when the settings are wrong and
 * with 69 when something the node needs is not to be had; both say what to change on standard
 * error.
 */
public final class Node {
  private static final int STOPPED = 0;
  private static final int BAD_SETTINGS = 78;
  private static final int CANNOT_START = 69;

  private Node() {}

  /**
   * @param arguments {@code --config FILE} and {@code --section.key=value}, see
   *     docs/reference/settings.md
   */
  public static void main(String[] arguments) throws InterruptedException {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "blockring-logback.xml");
    }
    Logger log = LoggerFactory.getLogger(Node.class);
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    try {
      NodeSettings settings = Settings.read(List.of(arguments), System.getenv());
      boundSharedPools(settings.limits());
      OpenFileLimit.read().require(settings.openFilesNeeded());
      try (NodeParts parts = NodeParts.start(settings)) {
        Runtime.getRuntime()
            .addShutdownHook(new Thread(() -> stopAndWait(stop, stopped), "shutdown"));
        log.info("{}", parts.greeting());
        stop.await();
        log.info("stopping; slots and blocks stay this node's");
      }
      log.info("stopped");
      stopped.countDown();
    } catch (SettingsException e) {
      fail(String.valueOf(e.getMessage()), BAD_SETTINGS);
    } catch (StartException e) {
      log.debug("start failed", e);
      fail(String.valueOf(e.getMessage()), CANNOT_START);
    }
  }

  /** Read by the JVM and by Netty when they first need them, which is later than this. */
  private static void boundSharedPools(LimitSettings limits) {
    setIfUnset("jdk.virtualThreadScheduler.parallelism", limits.threads(Pool.REQUESTS));
    setIfUnset("java.util.concurrent.ForkJoinPool.common.parallelism", limits.threads(Pool.COMMON));
    // gRPC's loops; and how many arenas Netty's allocator has.
    setIfUnset("io.netty.eventLoopThreads", limits.threads(Pool.CONTROL_LOOPS));
    setIfUnset("io.netty.availableProcessors", limits.processors());
  }

  private static void setIfUnset(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }

  /**
   * The JVM ends when its hooks do, so the hook waits for the parts to be closed. Left to itself it
   * would then end with 143, as if the signal had broken something off.
   */
  private static void stopAndWait(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      stopped.await();
      Runtime.getRuntime().halt(STOPPED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void fail(String message, int status) {
    System.err.println("blockring node: " + message);
    // No shutdown hook is registered yet: nothing waits for anything.
    System.exit(status);
  }
}
