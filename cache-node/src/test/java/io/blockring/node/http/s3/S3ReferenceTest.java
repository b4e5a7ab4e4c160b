package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/reference/s3.md says what the code does. */
class S3ReferenceTest {
  private final String page;

  S3ReferenceTest() throws IOException {
    page = Files.readString(Path.of("..", "docs", "reference", "s3.md"));
  }

  @Test
  void every_error_code_is_documented_with_its_status() {
    for (S3Code code : S3Code.values()) {
      assertThat(page).contains("| " + code.text() + " | " + code.status() + " |");
    }
  }

  @Test
  void every_limit_is_documented_with_its_default() {
    S3Settings.Limits limits = S3Settings.Limits.defaults();
    long requestKib = (long) BodySink.WINDOW * SendBuffers.SEGMENT_BYTES / 1024;
    assertThat(page)
        .contains("| connections | " + limits.maxConnections() + " |")
        .contains("| requests at work | " + limits.maxRequests() + " |")
        .contains("SlowDown after " + limits.queueTimeout().toMillis() + " ms")
        .contains(requestKib + " KiB a request, so " + requestKib * limits.maxRequests() / 1024)
        .contains("| request line; headers | " + limits.maxHeaderBytes() + " bytes each |")
        .contains("| a read without any byte | " + limits.requestDeadline().toSeconds() + " s |")
        .contains("| a reader that takes no byte | " + limits.stallDeadline().toSeconds() + " s |")
        .contains("max-keys` (0 to " + ListQuery.MAX_KEYS + ")")
        .contains("At most " + S3Request.MAX_KEY_BYTES + " bytes");
  }
}
