package io.blockring.client.peer;

/** Bytes that are not the head of an HTTP/1.1 message as this port reads it. */
public final class MalformedHeadException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was found and what is asked, without untrusted bytes longer than a word
   */
  public MalformedHeadException(String message) {
    super(message, null, false, false);
  }
}
