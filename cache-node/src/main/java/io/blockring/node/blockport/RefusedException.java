package io.blockring.node.blockport;

import io.blockring.client.peer.Refusal;
import io.blockring.client.peer.Trouble;

/** A request that is answered with a refusal. Made often and handled at once: no stack trace. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Trouble trouble;

  RefusedException(Refusal refusal, String message) {
    super(message, null, false, false);
    this.trouble = new Trouble(refusal, message);
  }

  Trouble trouble() {
    return trouble;
  }
}
