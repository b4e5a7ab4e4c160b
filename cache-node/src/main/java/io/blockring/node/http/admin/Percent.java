package io.blockring.node.http.admin;

/** Parts of 100 with two digits after the point. */
final class Percent {
  private Percent() {}

  /** Rounded down, so that only the whole is 100; 100 of nothing. */
  static double of(long part, long whole) {
    return whole == 0 ? 100 : Math.floor(part * 10_000.0 / whole) / 100;
  }
}
