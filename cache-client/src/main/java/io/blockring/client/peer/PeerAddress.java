package io.blockring.client.peer;

/**
 * Where a node's block port listens.
 *
 * @param host a name or an address; IPv6 without brackets
 */
public record PeerAddress(String host, int port) {

  public PeerAddress {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not an address: '" + host + "' port " + port);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
