package io.blockring.node.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockring.node.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysFileTest {
  @TempDir private Path directory;

  private Path file(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("keys.yaml"), yaml);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private String refused(String yaml) throws IOException {
    Path file = file(yaml);
    IOException refused = catchThrowableOfType(IOException.class, () -> KeysFile.read(file));
    return String.valueOf(Objects.requireNonNull(refused, "was taken").getMessage());
  }

  /** The page's own example, so that it stays one that works. */
  @Test
  void reads_the_example_of_the_page() throws IOException {
    String page = Files.readString(Path.of("../docs/operate/security.md"));
    int start = page.indexOf("```yaml keys") + "```yaml keys".length();
    ApiKeys keys = KeysFile.read(file(page.substring(start, page.indexOf("```", start))));

    ApiKey trainer = Objects.requireNonNull(keys.ofAccessKeyId("TRAINER"));
    assertThat(trainer.name()).isEqualTo("trainer");
    assertThat(trainer.mayChange()).isFalse();
    assertThat(trainer.mayRead("/models/sd/unet.safetensors")).isTrue();
    assertThat(trainer.mayRead("/models/sdxl/unet.safetensors")).isFalse();
    ApiKey oncall = Objects.requireNonNull(keys.ofToken("replace-me-with-openssl-rand-base64-32"));
    assertThat(oncall.mayChange()).isTrue();
    assertThat(oncall.mayRead("/anything/at/all")).isTrue();
    assertThat(keys.ofToken("replace-me-with-openssl-rand-base64-33")).isNull();
    assertThat(keys.ofToken("")).isNull();
    assertThat(keys.ofAccessKeyId("")).isNull();
  }

  @Test
  void names_every_problem_and_no_secret() throws IOException {
    String told =
        refused(
            """
            keys:
              a: {accessKeyId: A, secretAccessKey: hunter2}
              b: {accessKeyId: A, secretAccessKey: hunter2-hunter2-hunter2}
              c: {role: operator, token: hunter3-hunter3-hunter3, paths: [/m]}
              d: {token: hunter3-hunter3-hunter3, paths: [m]}
              e: {role: admin, secretAccessKey: hunter2-hunter2-hunter2}
              f: {tokn: hunter2}
              "g h": {token: "hunter4 hunter4 hunter4"}
            """);
    assertThat(told)
        .contains("secretAccessKey has 7 characters, at least 16")
        .contains("have one accessKeyId")
        .contains("has the token of another key")
        .contains("paths are for readers")
        .contains("path 'm' is not /MOUNT")
        .contains("'admin' is not one of reader, operator")
        .contains("accessKeyId and secretAccessKey are only used together")
        .contains("keys.yaml:7: no setting is called keys.f.tokn; the nearest is keys.NAME.token")
        .contains("'g h' is not 1 to 64 of")
        .contains("or a blank")
        .doesNotContain("hunter");
    assertThat(refused("keys: {}")).contains("there is none");
    assertThat(refused("keys: [hunter2]")).contains("takes keys").doesNotContain("hunter");
    assertThat(refused("keys: {a: {token: [hunter2]}}")).doesNotContain("hunter");
  }

  @Test
  void paths_are_folders_and_never_the_beginning_of_a_name() {
    ApiKey key =
        new ApiKey(
            "k",
            Role.READER,
            "K",
            Secret.parse("s"),
            Secret.parse(""),
            List.of("/models/sd", "/data/"));
    assertThat(key.mayRead("/models/sd/x")).isTrue();
    assertThat(key.mayRead("/models/sd/")).isTrue();
    assertThat(key.mayRead("/models/sd")).isFalse();
    assertThat(key.mayRead("/models/sd2/x")).isFalse();
    assertThat(key.mayRead("/models/")).isFalse();
    assertThat(key.mayRead("/data/")).isTrue();
    assertThat(key.mayRead("/data2/x")).isFalse();
    assertThat(key.maySee("models")).isTrue();
    assertThat(key.maySee("data")).isTrue();
    assertThat(key.maySee("dat")).isFalse();
  }
}
