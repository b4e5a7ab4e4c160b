package io.blockring.client.cluster;

/** What both ends of the control port keep to. */
public final class ControlChannelLimits {
  /** Bytes of one message; larger ones are refused by either side. */
  public static final int MAX_MESSAGE_BYTES = 16 << 20;

  private ControlChannelLimits() {}
}
