package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoOptionsTest {

  @Test
  void takes_buckets_with_and_without_prefix_and_endpoint() {
    assertThatCode(() -> parse("--bucket", "s3://my_models.v2")).doesNotThrowAnyException();
    DemoOptions options =
        parse("--once", "--bucket", "s3://models/prod", "--endpoint", "http://localhost:9000");
    assertThat(options.isOnce).isTrue();
    assertThat(options.what()).isEqualTo("the bucket s3://models/prod");
  }

  @Test
  void refuses_what_does_not_go_together(@TempDir Path directory) {
    assertRefused("--bucket and --dir exclude", "--bucket", "s3://a", "--dir", directory + "");
    assertRefused("--endpoint is that of --bucket", "--endpoint", "http://localhost:9000");
    assertRefused("--bucket 'http://a' is not s3://BUCKET", "--bucket", "http://a");
    assertRefused("' is not a directory", "--dir", directory.resolve("none") + "");
    assertRefused("--limit-mib 0 is not from 1 to 102400", "--limit-mib", "0");
    assertRefused("expected one of [small, normal]", "--size", "huge");
  }

  private static void assertRefused(String message, String... arguments) {
    assertThatThrownBy(() -> parse(arguments))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining(message);
  }

  private static DemoOptions parse(String... arguments) {
    DemoOptions options = new DemoOptions();
    CommandLine line = new CommandLine(options);
    line.parseArgs(arguments);
    options.check(line);
    return options;
  }
}
