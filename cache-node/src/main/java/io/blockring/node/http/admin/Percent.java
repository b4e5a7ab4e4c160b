package io.blockring.node.http.admin;

/** Parts of 100 with two digits after the point. */
public final class Percent {
  private Percent() {}

  /** Rounded down, so that only the whole is 100; 100 of nothing. */
  public static double of(long part, long whole) {
    return whole == 0 ? 100 : Math.floor(part * 10_000.0 / whole) / 100;
  }
}
