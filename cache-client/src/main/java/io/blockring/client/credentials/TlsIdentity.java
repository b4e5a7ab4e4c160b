package io.blockring.client.credentials;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its key, from PEM files that are read again when they change: connections made
 * from then on use the new one, those that are open go on. Safe for many threads.
 */
public final class TlsIdentity extends X509ExtendedKeyManager {
  private static final String ALIAS = "blockring";

  private record Pair(X509Certificate[] chain, PrivateKey key) {}

  private final Supplier<Pair> pair;

  private TlsIdentity(Supplier<Pair> pair) {
    this.pair = pair;
  }

  /**
   * Reads the files.
   *
   * @param certificate with the chain behind it, the own first
   * @param key PKCS #8, not encrypted, permissions 0600 or 0640
   * @throws IOException when they cannot be used; names the file and what is wrong
   */
  public static TlsIdentity open(Path certificate, Path key) throws IOException {
    return new TlsIdentity(
        WatchedFiles.open(List.of(certificate, key), () -> read(certificate, key)));
  }

  private static Pair read(Path certificate, Path key) throws IOException {
    X509Certificate[] chain = PemFile.certificates(certificate);
    PrivateKey secret = PemFile.privateKey(key);
    PemFile.requireStrong(key, secret);
    PemFile.requirePair(certificate, chain[0].getPublicKey(), key, secret);
    return new Pair(chain, secret);
  }

  private @Nullable String alias(String... keyTypes) {
    String ours = pair.get().key.getAlgorithm();
    boolean isWanted =
        Arrays.stream(keyTypes).anyMatch(type -> type.equals(ours) || type.startsWith(ours + "_"));
    return isWanted ? ALIAS : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return pair.get().chain.clone();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return pair.get().key;
  }

  @Override
  public String toString() {
    return "TlsIdentity[" + pair.get().chain[0].getSubjectX500Principal() + "]";
  }
}
