package io.blockring.client.credentials;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** TLS both ways between members and clients of one cluster: version 1.3 only. */
public final class PeerTls {
  /** The only one that is spoken. */
  public static final String PROTOCOL = "TLSv1.3";

  /** How long a session may be taken up again, in seconds. */
  public static final int SESSION_SECONDS = 600;

  private static final String[] PROTOCOLS = {PROTOCOL};

  private final TlsIdentity identity;
  private final PeerAuthority authority;
  private final SSLContext context;

  private PeerTls(TlsIdentity identity, PeerAuthority authority) throws GeneralSecurityException {
    this.identity = identity;
    this.authority = authority;
    this.context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {identity}, new TrustManager[] {authority}, null);
    // A session that goes on is not asked for its certificate again.
    context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
  }

  /**
   * @param ca PEM of the authority that signs members and clients of this cluster
   * @throws IOException when a file cannot be used; names it
   */
  public static PeerTls open(Path certificate, Path key, Path ca) throws IOException {
    TlsIdentity identity = TlsIdentity.open(certificate, key);
    PeerAuthority authority = PeerAuthority.open(ca);
    try {
      return new PeerTls(identity, authority);
    } catch (GeneralSecurityException e) {
      throw new IOException("this platform has no TLS: " + e.getMessage(), e);
    }
  }

  /** For libraries that make their own context. */
  public TlsIdentity identity() {
    return identity;
  }

  public PeerAuthority authority() {
    return authority;
  }

  /** The accepting side: whoever shows no certificate of the authority gets no further. */
  public SSLEngine serverEngine() {
    SSLEngine engine = context.createSSLEngine();
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    engine.setUseClientMode(false);
    return engine;
  }

  /** The connecting side. Host and port only name a session to go on with. */
  public SSLEngine clientEngine(String host, int port) {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
