package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

  @Test
  void the_readme_command_ends_with_0_after_every_byte_was_right(@TempDir Path work) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int status;
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      status = Demo.run(out, "--once", "--size", "small", "--work", work.toString());
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    assertThat(status).as(text).isZero();
    assertThat(text)
        .containsPattern("(?m)^memory +S3 ")
        .containsPattern("(?m)^ssd +S3 ")
        .containsPattern("(?m)^peer +S3 ")
        .containsPattern("(?m)^origin +S3 ")
        .containsPattern("(?m)^memory +Java client ")
        .contains("= 1.0000 x the", "every byte right");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void a_directory_of_the_user_is_read_and_proved(@TempDir Path work, @TempDir Path data)
      throws Exception {
    new SampleFiles(9, 0.001).writeTo(data, _ -> {});
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int status;
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      status = Demo.run(out, "--once", "--dir", data.toString(), "--work", work.toString());
    }
    assertThat(status).as(printed.toString(StandardCharsets.UTF_8)).isZero();
  }
}
