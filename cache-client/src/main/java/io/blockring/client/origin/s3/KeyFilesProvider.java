package io.blockring.client.origin.s3;

import io.blockring.client.origin.OriginCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Keys from one file per value, read again every few seconds: whoever rotates secrets replaces the
 * files and nothing else.
 */
final class KeyFilesProvider implements AwsCredentialsProvider {
  private static final long REREAD_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int LONGEST_FILE = 16 * 1024;

  private final OriginCredentials.KeyFiles files;
  private final LongSupplier nanoClock;
  private @Nullable AwsCredentials keys; // this and the next: guarded by this
  private long readAtNanos;

  KeyFilesProvider(OriginCredentials.KeyFiles files, LongSupplier nanoClock) {
    this.files = files;
    this.nanoClock = nanoClock;
  }

  @Override
  public synchronized AwsCredentials resolveCredentials() {
    long now = nanoClock.getAsLong();
    if (keys == null || now - readAtNanos >= REREAD_NANOS) {
      Path tokenFile = files.sessionTokenFile();
      keys =
          credentials(
              read(files.accessKeyFile()),
              read(files.secretKeyFile()),
              tokenFile == null ? null : read(tokenFile));
      readAtNanos = now;
    }
    return keys;
  }

  static AwsCredentials credentials(String access, String secret, @Nullable String token) {
    return token == null
        ? AwsBasicCredentials.create(access, secret)
        : AwsSessionCredentials.create(access, secret, token);
  }

  private static String read(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST_FILE + 1);
      String value = new String(bytes, StandardCharsets.UTF_8).strip();
      if (value.isEmpty() || bytes.length > LONGEST_FILE) {
        throw new IOException(
            value.isEmpty() ? "is empty" : "is longer than " + LONGEST_FILE + " bytes");
      }
      return value;
    } catch (IOException e) {
      throw new CredentialsFailure("key file " + file + ": " + reason(e), true, e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException _ -> "does not exist";
      case java.nio.file.AccessDeniedException _ -> "may not be read";
      default -> String.valueOf(e.getMessage());
    };
  }
}
