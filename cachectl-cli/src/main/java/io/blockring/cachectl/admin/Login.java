package io.blockring.cachectl.admin;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * What is shown to nodes, and whose certificates are believed. Its text never shows the token.
 *
 * @param token empty for none
 * @param caFile PEM of the authority that signs the nodes' certificates; empty for those that Java
 *     knows
 */
public record Login(String token, String caFile) {
  public static final Login NONE = new Login("", "");

  /** Reads the token from a file; empty for no file. */
  public static Login ofFiles(String tokenFile, String caFile) throws CommandFailure {
    if (tokenFile.isEmpty()) {
      return new Login("", caFile);
    }
    try {
      return new Login(Files.readString(Path.of(tokenFile)).strip(), caFile);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIG, "token file " + tokenFile + " cannot be read: " + e.getMessage());
    }
  }

  /** TLS over a connection, to a node whose certificate is for the host that was asked for. */
  Socket encrypted(Socket plain, Address address) throws IOException, CommandFailure {
    SSLSocket socket =
        (SSLSocket)
            context().getSocketFactory().createSocket(plain, address.host(), address.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private SSLContext context() throws CommandFailure {
    try {
      if (caFile.isEmpty()) {
        return SSLContext.getDefault();
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      try (InputStream in = Files.newInputStream(Path.of(caFile))) {
        int number = 0;
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          store.setCertificateEntry("ca-" + number++, one);
        }
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new CommandFailure(
          ExitCode.CONFIG, "CA file " + caFile + " cannot be used: " + e.getMessage());
    }
  }

  @Override
  public String toString() {
    return "Login[" + (token.isEmpty() ? "no token" : "a token") + ", caFile=" + caFile + "]";
  }
}
