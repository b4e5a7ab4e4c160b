package io.blockring.node.config;

import java.time.Duration;

/** How long the answer to "which version is current" may be reused for a mount. */
public sealed interface Freshness {

  /** Keys are never overwritten: asked once, for ever. */
  record Immutable() implements Freshness {
    @Override
    public String toString() {
      return "immutable";
    }
  }

  /** Asked again after this long; readers may see the version before for as long. */
  record Ttl(Duration duration) implements Freshness {
    @Override
    public String toString() {
      return "ttl:" + Durations.format(duration);
    }
  }

  /** Asked at every open. */
  record Always() implements Freshness {
    @Override
    public String toString() {
      return "always";
    }
  }

  static Freshness parse(String text) {
    if (text.equals("immutable")) {
      return new Immutable();
    }
    if (text.equals("always")) {
      return new Always();
    }
    if (text.startsWith("ttl:")) {
      Duration duration = Durations.parse(text.substring("ttl:".length()).strip());
      if (!duration.isPositive()) {
        throw new IllegalArgumentException("'" + text + "': 0 is written always");
      }
      return new Ttl(duration);
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a freshness: write immutable, always, or ttl:30s");
  }
}
