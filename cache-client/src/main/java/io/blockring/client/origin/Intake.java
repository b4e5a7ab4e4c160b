package io.blockring.client.origin;

/**
 * What the caller can take of an origin's bytes. Told of them as they are read; returns when more
 * may come. Many threads at once.
 */
@FunctionalInterface
public interface Intake {
  /** Whatever comes. */
  Intake UNLIMITED = bytes -> {};

  /** So many bytes have come. */
  void came(int bytes) throws InterruptedException;
}
