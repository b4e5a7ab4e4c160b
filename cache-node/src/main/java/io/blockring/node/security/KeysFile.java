package io.blockring.node.security;

import io.blockring.client.credentials.SecretFile;
import io.blockring.client.credentials.WatchedFiles;
import io.blockring.node.config.ApiKeySettings;
import io.blockring.node.config.KeysFileSettings;
import io.blockring.node.config.Settings;
import io.blockring.node.config.SettingsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The file of API keys, in the form of docs/operate/security.md. */
public final class KeysFile {
  private KeysFile() {}

  /**
   * The keys, always as the file has them now.
   *
   * @throws IOException when the file cannot be used; names every problem, and no secret
   */
  public static Supplier<ApiKeys> open(Path file) throws IOException {
    return WatchedFiles.open(List.of(file), () -> read(file));
  }

  static ApiKeys read(Path file) throws IOException {
    String text = SecretFile.read(file);
    KeysFileSettings read;
    try {
      read = Settings.readSecrets(KeysFileSettings.class, file.toString(), text);
    } catch (SettingsException e) {
      throw new IOException(String.join("; ", e.problems()), e);
    }
    return ApiKeys.of(read.keys().entrySet().stream().map(KeysFile::key).toList());
  }

  private static ApiKey key(Map.Entry<String, ApiKeySettings> entry) {
    ApiKeySettings key = entry.getValue();
    return new ApiKey(
        entry.getKey(),
        switch (key.role()) {
          case READER -> Role.READER;
          case OPERATOR -> Role.OPERATOR;
        },
        key.accessKeyId(),
        key.secretAccessKey(),
        key.token(),
        key.paths());
  }
}
