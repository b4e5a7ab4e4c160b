package io.blockring.node.http.admin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Bounds how many wrong tokens of one address are answered as such: a few at once, then one every
 * few seconds. A right token never comes here: guesses are kept hopeless by how long tokens are.
 * Safe for many threads.
 */
final class FailedLogins {
  static final int AT_ONCE = 20;
  static final Duration ONE_PER = Duration.ofSeconds(6);
  private static final int MAX_ADDRESSES = 10_000;

  private final LongSupplier nanoClock;

  /** When the address will have made up for its failures; the longest quiet is dropped first. */
  private final Map<String, Long> clearAtNanos = // guarded by this
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  FailedLogins(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  synchronized void requireFew(String address) throws ApiException {
    Long clearAt = clearAtNanos.get(address);
    long debt = clearAt == null ? 0 : clearAt - nanoClock.getAsLong();
    // What is being made up for right now counts as one: hence one less.
    long allowed = (AT_ONCE - 1) * ONE_PER.toNanos();
    if (debt > allowed) {
      throw ApiException.tooManyLogins(
          "too many wrong tokens from " + address, Duration.ofNanos(debt - allowed));
    }
  }

  synchronized void add(String address) {
    long now = nanoClock.getAsLong();
    Long clearAt = clearAtNanos.get(address);
    long from = clearAt == null || clearAt - now < 0 ? now : clearAt;
    clearAtNanos.put(address, from + ONE_PER.toNanos());
  }
}
