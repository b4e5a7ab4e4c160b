package io.blockring.client.credentials;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What block and control ports want to see before they answer. Whoever has it is fully trusted by
 * the cluster: it reads every mount, and speaks for a node if it wants to.
 */
public sealed interface PeerCredentials {

  /** The ports ask for nothing. */
  record None() implements PeerCredentials {}

  /** A short-lived token with every request; on a network where nobody listens in. */
  record Token(PeerToken token) implements PeerCredentials {}

  /** A certificate of the cluster's authority, both ways. */
  record Mtls(PeerTls tls) implements PeerCredentials {}

  static PeerCredentials none() {
    return new None();
  }

  /**
   * @param secretFile with the cluster's secret
   * @param name for the logs of nodes: 1 to 64 of A-Z a-z 0-9 . _ -
   */
  static PeerCredentials ofClusterSecret(Path secretFile, String name) throws IOException {
    return new Token(new PeerToken(ClusterSecret.open(secretFile), name));
  }

  /**
   * @param certificate PEM, with the chain behind it
   * @param key PEM, PKCS #8, permissions 0600 or 0640
   * @param ca PEM of the authority of this cluster
   */
  static PeerCredentials ofCertificate(Path certificate, Path key, Path ca) throws IOException {
    return new Mtls(PeerTls.open(certificate, key, ca));
  }
}
