package io.blockring.demo;

/**
 * Where a node listens and what it tells others to connect to, both on loopback.
 *
 * @param bound reaches it in any case
 * @param advertised what other nodes and readers use
 */
public record NodeHost(String bound, String advertised) {
  private static final NodeHost PLAIN = new NodeHost("127.0.0.1", "127.0.0.1");

  /** All of loopback's 127.0.0.0/8 is there without set-up on Linux; elsewhere it may not be. */
  public static NodeHost proxied(int number) {
    return new NodeHost("127.0.2." + number, "127.0.1." + number);
  }

  static NodeHost of(ClusterPlan plan, int number) {
    return plan.isProxied() ? proxied(number) : PLAIN;
  }
}
