package io.blockring.node.config;

import java.io.IOException;
import java.net.BindException;

/**
 * The node cannot start, and a person must change something first. The message is printed as it is:
 * what was found, what is needed, which setting to change.
 */
public class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A port that could not be opened.
   *
   * @param purpose as in {@code "block port"}
   * @param setting the key that moves it, as in {@code ports.blocks}
   */
  public static StartException port(
      String purpose, String setting, String host, int port, IOException cause) {
    String address = host + ":" + port;
    return isAddressInUse(cause)
        ? new StartException(
            "the "
                + purpose
                + " cannot listen on "
                + address
                + ": another process has it (ss -ltnp 'sport = :"
                + port
                + "' shows which); stop that one or set "
                + setting,
            cause)
        : new StartException(
            "the "
                + purpose
                + " cannot listen on "
                + address
                + " ("
                + setting
                + "): "
                + rootMessage(cause),
            cause);
  }

  private static boolean isAddressInUse(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      if (message.contains("Address already in use")
          || (at instanceof BindException && message.contains("in use"))) {
        return true;
      }
    }
    return false;
  }

  private static String rootMessage(Throwable cause) {
    Throwable at = cause;
    for (Throwable next = at.getCause(); next != null; next = at.getCause()) {
      at = next;
    }
    return String.valueOf(at.getMessage());
  }
}
