package io.blockring.client.credentials;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys from PEM files. Its messages never show a key. */
final class PemFile {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

  private PemFile() {}

  /** All certificates of a file, at least one. */
  static X509Certificate[] certificates(Path file) throws IOException {
    byte[] text = SecretFile.readPublic(file).getBytes(StandardCharsets.UTF_8);
    try {
      X509Certificate[] all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(text))
              .stream()
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
      if (all.length == 0) {
        throw new IOException(file + " has no certificate in PEM form");
      }
      return all;
    } catch (CertificateException e) {
      throw new IOException(file + " has no certificate in PEM form: " + e.getMessage(), e);
    }
  }

  static PrivateKey privateKey(Path file) throws IOException {
    String text = SecretFile.read(file);
    Matcher matcher = PKCS8.matcher(text);
    if (!matcher.find()) {
      throw new IOException(
          file
              + " has no unencrypted PKCS #8 key (BEGIN PRIVATE KEY); openssl pkcs8 -topk8 -nocrypt"
              + " makes one of another kind");
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
      return privateKey(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // The cause might say what is in it.
      throw new IOException(file + " has a private key that is not one of " + ALGORITHMS);
    }
  }

  private static PrivateKey privateKey(PKCS8EncodedKeySpec encoded)
      throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (GeneralSecurityException e) {
        // Of another kind.
      }
    }
    throw new GeneralSecurityException("none fits");
  }

  /** Two files are replaced one after the other; in between they do not belong together. */
  static void requirePair(Path certificate, PublicKey known, Path key, PrivateKey secret)
      throws IOException {
    String algorithm =
        switch (secret.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> secret.getAlgorithm();
        };
    try {
      byte[] sample = "a pair".getBytes(StandardCharsets.UTF_8);
      Signature sign = Signature.getInstance(algorithm);
      sign.initSign(secret);
      sign.update(sample);
      byte[] signed = sign.sign();
      Signature check = Signature.getInstance(algorithm);
      check.initVerify(known);
      check.update(sample);
      if (check.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // No pair, said below.
    }
    throw new IOException(certificate + " is not the certificate of the key in " + key);
  }

  /** For messages: an RSA key below what peers accept is refused here, where it can be changed. */
  static void requireStrong(Path key, PrivateKey secret) throws IOException {
    if (secret instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() < 2048) {
      throw new IOException(
          key + " has an RSA key of " + rsa.getModulus().bitLength() + " bits, at least 2048");
    }
  }
}
