package io.blockring.node.host;

import java.net.InetAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node may send to the network and take from it: bytes of objects, each direction by itself.
 * Heads, checksums and control messages are not counted, nor is what stays on this host: readers on
 * loopback, or on an address that is the node's own. Safe for many threads.
 */
public final class Nic {
  /** No limit. */
  public static final Nic UNLIMITED = new Nic(0);

  private final long bytesPerSecond;
  private final boolean isHostCounted;
  private final NicLine sent;
  private final NicLine taken;

  /**
   * @param bytesPerSecond of each direction; 0: no limit
   */
  public Nic(long bytesPerSecond) {
    this(bytesPerSecond, false, System::nanoTime);
  }

  private Nic(long bytesPerSecond, boolean isHostCounted, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.isHostCounted = isHostCounted;
    this.sent = new NicLine(bytesPerSecond, nanoTime);
    this.taken = new NicLine(bytesPerSecond, nanoTime);
  }

  /** One that takes this host for another, for tests and benchmarks on one machine. */
  public static Nic countingThisHost(long bytesPerSecond) {
    return new Nic(bytesPerSecond, true, System::nanoTime);
  }

  /** Of each direction; 0: no limit. */
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** Everything that is sent. */
  public NicLine sent() {
    return sent;
  }

  /** What bytes come in by, from buckets and from other members. */
  public NicLine taken() {
    return taken;
  }

  /**
   * What bytes to a reader go out by.
   *
   * @param local address of the connection; null when it is closed
   * @param remote the reader's; null when it is gone
   */
  public NicLine to(@Nullable InetAddress local, @Nullable InetAddress remote) {
    boolean isOnThisHost = remote != null && (remote.isLoopbackAddress() || remote.equals(local));
    return isOnThisHost && !isHostCounted ? NicLine.FREE : sent;
  }
}
