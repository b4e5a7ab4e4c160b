package io.blockring.cachectl.admin;

import io.blockring.cachectl.CommandFailure;

/**
 * A good answer.
 *
 * @param text as the node sent it: what {@code --output json} prints, to the digit
 */
public record Answer(String text) {

  public Json json() throws CommandFailure {
    return Json.parse(text);
  }
}
