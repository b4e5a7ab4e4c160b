package io.blockring.node.config;

/**
 * One place to look for other members.
 *
 * @param name a host, or the file's path
 * @param port of Hazelcast there; 0: this node's own {@code cluster.port}
 */
public record JoinEntry(Kind kind, String name, int port) {

  /** How the name is looked up. */
  public enum Kind {
    /** Every address that the name has. */
    DNS,
    /** One host on a line, with a port or without; {@code #} starts a comment. */
    FILE,
    /** One host. */
    HOST
  }

  /** Reads {@code dns:NAME}, {@code dns:NAME:PORT}, {@code file:PATH}, {@code HOST:PORT}, HOST. */
  public static JoinEntry parse(String text) {
    if (text.startsWith("file:") && text.length() > "file:".length()) {
      return new JoinEntry(Kind.FILE, text.substring("file:".length()), 0);
    }
    return text.startsWith("dns:")
        ? withPort(Kind.DNS, text.substring("dns:".length()), text)
        : withPort(Kind.HOST, text, text);
  }

  private static JoinEntry withPort(Kind kind, String address, String text) {
    String host = address;
    int port = 0;
    int colon = address.lastIndexOf(':');
    boolean isBareIpV6 = address.indexOf(':') != colon && !address.startsWith("[");
    if (colon >= 0 && !isBareIpV6 && !address.endsWith("]")) {
      host = address.substring(0, colon);
      port = port(address.substring(colon + 1), text);
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (!host.matches("[A-Za-z0-9._:%-]+")) {
      throw new IllegalArgumentException(
          "'" + text + "' is none of dns:NAME, file:PATH, HOST, HOST:PORT");
    }
    return new JoinEntry(kind, host, port);
  }

  private static int port(String digits, String text) {
    int port = digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "'" + text + "': port '" + digits + "' is not between 1 and 65535");
    }
    return port;
  }

  @Override
  public String toString() {
    String host = name.contains(":") && kind != Kind.FILE ? "[" + name + "]" : name;
    String address = port == 0 ? host : host + ":" + port;
    return switch (kind) {
      case DNS -> "dns:" + address;
      case FILE -> "file:" + name;
      case HOST -> address;
    };
  }
}
