package io.blockring.node.config;

import java.util.Objects;

/**
 * A secret given in the environment. It is refused in the YAML file and in flags (both end up in
 * version control, process lists and logs) and never printed.
 */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  public static Secret parse(String text) {
    return new Secret(text);
  }

  /** The secret itself: hand it to whoever signs with it, nobody else. Empty when not given. */
  public String reveal() {
    return value;
  }

  public boolean isGiven() {
    return !value.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(value);
  }

  @Override
  public String toString() {
    return isGiven() ? "***" : "";
  }
}
