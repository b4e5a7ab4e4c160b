package io.blockring.client.origin.s3;

import io.blockring.client.origin.OriginCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Keys from files, read again every few seconds: whoever rotates secrets replaces the files and
 * nothing else.
 */
final class RereadKeys implements AwsCredentialsProvider {
  static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final int LONGEST_FILE = 16 * 1024;

  private final Supplier<AwsCredentials> reader;
  private final LongSupplier nanoClock;
  private @Nullable AwsCredentials keys; // this and the next: guarded by this
  private long readAtNanos;

  RereadKeys(Supplier<AwsCredentials> reader) {
    this(reader, System::nanoTime);
  }

  RereadKeys(Supplier<AwsCredentials> reader, LongSupplier nanoClock) {
    this.reader = reader;
    this.nanoClock = nanoClock;
  }

  @Override
  public synchronized AwsCredentials resolveCredentials() {
    long now = nanoClock.getAsLong();
    if (keys == null || now - readAtNanos >= INTERVAL.toNanos()) {
      keys = reader.get();
      readAtNanos = now;
    }
    return keys;
  }

  /** One file for each value. */
  static AwsCredentials separate(OriginCredentials.KeyFiles files) {
    Path tokenFile = files.sessionTokenFile();
    return credentials(
        read(files.accessKeyFile()),
        read(files.secretKeyFile()),
        tokenFile == null ? null : read(tokenFile));
  }

  /** A line for each value. */
  static AwsCredentials together(Path file) {
    List<String> lines = read(file).lines().map(String::strip).toList();
    if (lines.size() < 2 || lines.size() > 3) {
      throw failure(file, new IOException("has " + lines.size() + " lines instead of 2 or 3"));
    }
    return credentials(lines.get(0), lines.get(1), lines.size() == 3 ? lines.get(2) : null);
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
      throw failure(file, e);
    }
  }

  private static CredentialsFailure failure(Path file, IOException e) {
    String why =
        switch (e) {
          case NoSuchFileException _ -> "does not exist";
          case AccessDeniedException _ -> "may not be read by this user";
          default -> String.valueOf(e.getMessage());
        };
    return new CredentialsFailure("key file " + file + " " + why, true, e);
  }
}
