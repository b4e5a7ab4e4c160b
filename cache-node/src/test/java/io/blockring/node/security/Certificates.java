package io.blockring.node.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority of a test's own, made with the JDK's keytool, and what it signs as PEM files. */
public final class Certificates {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path directory;
  private final Path store;

  /** The authority's certificate. */
  public final Path ca;

  public Certificates(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.store = directory.resolve("store.p12");
    generate("ca", "-ext", "bc:c", "-ext", "ku=keyCertSign");
    this.ca = Files.writeString(directory.resolve("ca.pem"), pem(chain("ca")));
  }

  /**
   * Signs a certificate for localhost and 127.0.0.1; NAME.pem and NAME-key.pem are its files.
   *
   * @return the certificate's file
   */
  public Path issue(String name) throws IOException {
    generate(name, "-signer", "ca", "-ext", "san=dns:localhost,ip:127.0.0.1");
    Path key = key(name);
    Files.writeString(key, block("PRIVATE KEY", privateKey(name)));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    return Files.writeString(directory.resolve(name + ".pem"), pem(chain(name)));
  }

  public Path key(String name) {
    return directory.resolve(name + "-key.pem");
  }

  private void generate(String alias, String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname"));
    command.addAll(List.of("secp256r1", "-dname", "CN=" + alias, "-validity", "2"));
    command.addAll(List.of("-storepass", new String(PASSWORD), "-keystore", store.toString()));
    command.addAll(List.of(more));
    try {
      Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException("keytool failed: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private KeyStore read() throws IOException, GeneralSecurityException {
    KeyStore read = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      read.load(in, PASSWORD);
    }
    return read;
  }

  private Certificate[] chain(String alias) throws IOException {
    try {
      return read().getCertificateChain(alias);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private byte[] privateKey(String alias) throws IOException {
    try {
      return read().getKey(alias, PASSWORD).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static String pem(Certificate... chain) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Certificate certificate : chain) {
      try {
        text.append(block("CERTIFICATE", certificate.getEncoded()));
      } catch (GeneralSecurityException e) {
        throw new IOException(e);
      }
    }
    return text.toString();
  }

  private static String block(String what, byte[] bytes) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
        + "\n-----END "
        + what
        + "-----\n";
  }
}
