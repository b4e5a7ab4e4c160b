package io.blockring.node.config;

import java.util.ArrayList;
import java.util.List;

/** Section {@code security}: who may ask, what is encrypted, and what may leave loopback. */
public record SecuritySettings(
    @Setting(
            doc =
                "File of API keys for the S3 and admin ports, in YAML, with permissions 0600 or"
                    + " 0640; see docs/operate/security.md. Read again when it changes. Empty:"
                    + " nobody is asked who they are.")
        String keysFile,
    @Setting(doc = "Give metrics out without a token, also when there are keys.", value = "false")
        boolean openMetrics,
    @Setting(
            doc =
                "Names under which browsers reach the admin port, besides node.host, addresses and"
                    + " names without a dot. Only asked where there are no keys.")
        List<String> hostNames,
    @Setting(doc = "TLS of the S3 and admin ports.") TlsSettings tls,
    @Setting(doc = "What nodes and clients prove to the block and control ports.")
        ClusterSecretSettings cluster,
    @Setting(doc = "TLS of the block and control ports, both ways.") MutualTlsSettings mtls,
    @Setting(
            doc =
                "Listen beyond loopback without credentials and TLS: whoever reaches the ports"
                    + " reads everything. The flag --insecure is short for it.",
            value = "false")
        boolean insecure,
    @Setting(
            doc =
                "Nobody on this network listens in or changes what is sent: S3 and admin may leave"
                    + " loopback without TLS, blocks and control with tokens, and Hazelcast, whose"
                    + " community edition has no TLS, at all. Implied by insecure. The flag"
                    + " --trusted-network is short for it.",
            value = "false")
        boolean trustedNetwork)
    implements Checked {

  /** Section {@code security.tls}. */
  public record TlsSettings(
      @Setting(
              doc =
                  "PEM file of the certificate and its chain. Read again when it changes. Empty:"
                      + " plain HTTP.")
          String certificate,
      @Setting(doc = "PEM file of its private key (PKCS #8), permissions 0600 or 0640.")
          String key) {

    public boolean isOn() {
      return !certificate.isEmpty();
    }
  }

  /** Section {@code security.cluster}. */
  public record ClusterSecretSettings(
      @Setting(
              doc =
                  "File with the cluster's secret, at least 32 characters, permissions 0600 or"
                      + " 0640, the same on all nodes. Requests to the block and control ports then"
                      + " carry a short-lived token made with it. More lines are older secrets,"
                      + " still accepted. Read again when it changes.")
          String tokenFile) {

    public boolean isOn() {
      return !tokenFile.isEmpty();
    }
  }

  /** Section {@code security.mtls}. */
  public record MutualTlsSettings(
      @Setting(doc = "PEM file of this node's certificate and its chain.") String certificate,
      @Setting(doc = "PEM file of its private key (PKCS #8), permissions 0600 or 0640.") String key,
      @Setting(
              doc =
                  "PEM file of the authority that signs nodes and clients of this cluster and"
                      + " nothing else: whoever has a certificate of it is trusted.")
          String ca) {

    public boolean isOn() {
      return !certificate.isEmpty();
    }
  }

  /** Whether Hazelcast may listen beyond loopback, and plain bytes may be sent. */
  public boolean isNetworkTrusted() {
    return insecure || trustedNetwork;
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
      problems.add("security.tls.certificate and security.tls.key are only used together");
    }
    boolean isWhole = mtls.certificate().isEmpty() == mtls.key().isEmpty();
    if (!isWhole || mtls.certificate().isEmpty() != mtls.ca().isEmpty()) {
      problems.add("security.mtls.certificate, .key and .ca are only used together");
    }
    if (mtls.isOn() && cluster.isOn()) {
      problems.add(
          "security.mtls and security.cluster.tokenFile are two ways for one purpose: set one");
    }
    return problems;
  }

  /** What is missing before this node may listen beyond loopback, one sentence; empty if none. */
  String missingBeyondLoopback() {
    if (insecure) {
      return "";
    }
    List<String> missing = new ArrayList<>();
    if (keysFile.isEmpty()) {
      missing.add("S3 and admin need security.keysFile");
    }
    if (!tls.isOn() && !trustedNetwork) {
      missing.add(
          "S3 and admin need security.tls.certificate and .key (or --trusted-network, when nobody"
              + " there listens in)");
    }
    if (!mtls.isOn() && !(trustedNetwork && cluster.isOn())) {
      missing.add(
          "blocks and control need security.mtls.certificate, .key and .ca (or --trusted-network"
              + " and security.cluster.tokenFile)");
    }
    return String.join("; ", missing);
  }
}
