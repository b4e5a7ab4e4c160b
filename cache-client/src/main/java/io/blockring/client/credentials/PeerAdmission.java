package io.blockring.client.credentials;

/** What a block or control port asks of whoever connects: the other side of the credentials. */
public sealed interface PeerAdmission {

  /** Nothing. */
  record Everyone() implements PeerAdmission {}

  /** A good token with every request. */
  record ByToken(TokenGate gate) implements PeerAdmission {}

  /** A connection with a certificate of the cluster's authority. */
  record ByCertificate(PeerTls tls) implements PeerAdmission {}

  static PeerAdmission everyone() {
    return new Everyone();
  }

  /** Asks for what these are. */
  static PeerAdmission of(PeerCredentials credentials) {
    return switch (credentials) {
      case PeerCredentials.None _ -> new Everyone();
      case PeerCredentials.Token(PeerToken token) -> new ByToken(new TokenGate(token.secret()));
      case PeerCredentials.Mtls(PeerTls tls) -> new ByCertificate(tls);
    };
  }
}
