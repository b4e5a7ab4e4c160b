package io.blockring.client.credentials;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * The authority whose certificates members and clients of one cluster have. What the certificate is
 * called does not matter: the authority signs for this cluster and nothing else, and nodes reach
 * each other by whatever address they publish. Read again when the file changes.
 */
public final class PeerAuthority extends X509ExtendedTrustManager {
  private final Supplier<X509TrustManager> trust;

  private PeerAuthority(Supplier<X509TrustManager> trust) {
    this.trust = trust;
  }

  /**
   * @param file PEM; several certificates while one authority takes the place of another
   * @throws IOException when it cannot be used; names the file
   */
  public static PeerAuthority open(Path file) throws IOException {
    return new PeerAuthority(WatchedFiles.open(List.of(file), () -> read(file)));
  }

  private static X509TrustManager read(Path file) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (X509Certificate authority : PemFile.certificates(file)) {
        store.setCertificateEntry("ca-" + number++, authority);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    trust.get().checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    trust.get().checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.get().getAcceptedIssuers();
  }
}
