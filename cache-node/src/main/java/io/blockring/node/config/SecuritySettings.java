package io.blockring.node.config;

/** Section {@code security}: what may leave loopback. */
public record SecuritySettings(
    @Setting(
            doc =
                "Listen beyond loopback without credentials and TLS: whoever reaches the ports"
                    + " reads everything. The flag --insecure is short for it.",
            value = "false")
        boolean insecure,
    @Setting(
            doc =
                "Everyone on this network is trusted to tell who is alive: lets Hazelcast, whose"
                    + " community edition has no TLS, leave loopback. Implied by insecure. The flag"
                    + " --trusted-network is short for it.",
            value = "false")
        boolean trustedNetwork) {

  /** Whether Hazelcast may listen beyond loopback. */
  public boolean isNetworkTrusted() {
    return insecure || trustedNetwork;
  }
}
