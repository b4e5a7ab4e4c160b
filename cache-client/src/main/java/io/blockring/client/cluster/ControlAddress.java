package io.blockring.client.cluster;

/** Where a node's control port is. */
public record ControlAddress(String host, int port) {

  public ControlAddress {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not an address: '" + host + "' port " + port);
    }
  }

  /** Reads {@code HOST:PORT}; an IPv6 address is written in brackets. */
  public static ControlAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(0, colon));
      boolean isBracketed = host.startsWith("[") && host.endsWith("]");
      return new ControlAddress(
          isBracketed ? host.substring(1, host.length() - 1) : host,
          Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not HOST:PORT", e);
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
