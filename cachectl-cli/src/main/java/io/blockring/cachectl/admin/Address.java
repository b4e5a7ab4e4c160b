package io.blockring.cachectl.admin;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;

/**
 * Where a node's admin API listens.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param isTls whether it is spoken to over TLS
 */
public record Address(String host, int port, boolean isTls) {
  public static final int DEFAULT_PORT = 7073;
  private static final String FORM = "[http[s]://]HOST[:PORT], IPv6 in brackets";

  /** Over plain HTTP. */
  public Address(String host, int port) {
    this(host, port, false);
  }

  /** Reads what people write. */
  public static Address parse(String text) throws CommandFailure {
    boolean isTls = text.startsWith("https://");
    String rest =
        isTls || text.startsWith("http://") ? text.substring(text.indexOf("//") + 2) : text;
    rest = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    int portColon = rest.lastIndexOf(':') > rest.lastIndexOf(']') ? rest.lastIndexOf(':') : -1;
    String host = portColon < 0 ? rest : rest.substring(0, portColon);
    boolean isBracketed = host.startsWith("[") && host.endsWith("]");
    if (isBracketed) {
      host = host.substring(1, host.length() - 1);
    }
    boolean isHost =
        !host.isEmpty()
            && host.chars().noneMatch(c -> c <= ' ' || "/@?#[]".indexOf(c) >= 0)
            && (isBracketed || host.indexOf(':') < 0);
    int port = portColon < 0 ? DEFAULT_PORT : portOf(rest.substring(portColon + 1));
    if (!isHost || port < 1 || port > 65_535) {
      throw new CommandFailure(ExitCode.USAGE, "address '" + text + "' is not of the form " + FORM);
    }
    return new Address(host, port, isTls);
  }

  /** 0 when it is none. */
  private static int portOf(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** As in a Host header. */
  String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return (isTls ? "https://" : "http://") + authority();
  }
}
