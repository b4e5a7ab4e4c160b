package io.blockring.client.credentials;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that all nodes of a cluster share. Who holds it is a member or a fully trusted client.
 * Its file has one secret in a line; tokens are made with the first, those of the others are still
 * accepted, so that a secret can be replaced node by node. Never part of a message.
 */
public final class ClusterSecret {
  private static final int MIN_CHARACTERS = 32;
  private static final int MAX_SECRETS = 4;
  private static final String PURPOSE = "blockring peer token 1\n";

  private final Supplier<List<byte[]>> secrets;

  private ClusterSecret(Supplier<List<byte[]>> secrets) {
    this.secrets = secrets;
  }

  /**
   * Reads the file, and reads it again whenever it changes.
   *
   * @throws IOException when it cannot be used; names the file and what to change
   */
  public static ClusterSecret open(Path file) throws IOException {
    return new ClusterSecret(WatchedFiles.open(List.of(file), () -> read(file)));
  }

  /** One that never changes. */
  static ClusterSecret of(String... secrets) {
    List<byte[]> fixed =
        List.of(secrets).stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toList();
    return new ClusterSecret(() -> fixed);
  }

  private static List<byte[]> read(Path file) throws IOException {
    List<String> lines =
        SecretFile.read(file).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty() || lines.size() > MAX_SECRETS) {
      throw new IOException(
          file + " has " + lines.size() + " secrets, one in a line; 1 to " + MAX_SECRETS);
    }
    for (String line : lines) {
      if (line.length() < MIN_CHARACTERS) {
        throw new IOException(
            file
                + " has a secret of "
                + line.length()
                + " characters, at least "
                + MIN_CHARACTERS
                + " are needed: openssl rand -base64 48");
      }
    }
    return lines.stream().map(line -> line.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** As they are now; the same list until they change. */
  List<byte[]> current() {
    return secrets.get();
  }

  /** What proves that a minute and a name were written by somebody who holds the secret. */
  static String proof(byte[] secret, long minute, String name) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] sum = mac.doFinal((PURPOSE + minute + "\n" + name).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(sum);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
