package io.blockring.node.config;

import java.util.List;

/** Section {@code handoff}: how a node gives away what others shall have. */
public record HandoffSettings(
    @Setting(
            doc =
                "Bytes a second that this node gives to others on average, when the members change"
                    + " or it is drained; cachectl node drain --rate overrides it. At least 1MiB.",
            value = "512MiB")
        ByteSize rate)
    implements Checked {
  private static final long LEAST = 1 << 20;

  @Override
  public List<String> problems() {
    return rate.bytes() < LEAST
        ? List.of("handoff.rate " + rate + " is below " + new ByteSize(LEAST) + " a second")
        : List.of();
  }
}
