package io.blockring.client;

/** What became of one of many that were asked for together: the others do not depend on it. */
public sealed interface Outcome<T> {

  /**
   * It, if there is one.
   *
   * @throws ReadException why there is none, as if it had been asked for alone
   */
  T get() throws ReadException;

  /** It is there. */
  record Got<T>(T value) implements Outcome<T> {
    @Override
    public T get() {
      return value;
    }
  }

  /** Every rung was tried, and it is not to be had. */
  record Refused<T>(ReadException why) implements Outcome<T> {
    @Override
    public T get() throws ReadException {
      throw why;
    }
  }
}
