package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Rung;
import io.blockring.node.security.ApiKey;
import io.blockring.node.security.ApiKeys;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AWS command line and boto3 as they are installed, each a process, signatures checked. */
class S3ToolsIT {
  private static final ApiKey ALICE = ApiKey.ofS3("ALICE", "alice's secret/+=");
  private static final int BIG = 64 * 1024 * 1024 + 12_345;
  private static final String AWKWARD = "€ ü+&=?#%";

  @TempDir Path directory;

  private final FakeNamespace namespace = new FakeNamespace();
  private S3Endpoint endpoint;
  private String address;
  private Cells big;

  @BeforeEach
  void start() throws IOException {
    namespace.addMount("models");
    namespace.rung = Rung.PEER;
    big = namespace.put("models", "big.bin", BIG);
    namespace.put("models", "empty", 0);
    namespace.put("models", AWKWARD, 40);
    namespace.put("models", "odd\u0001 +%€", 1);
    for (int i = 0; i < 30; i++) {
      namespace.put("models", String.format("many/%02d", i), 1000 + i);
    }
    endpoint =
        new S3Endpoint(
            new S3Settings(
                () -> ApiKeys.of(ALICE), false, "", "us-east-1", S3Settings.Limits.defaults()),
            namespace);
    address = "http://127.0.0.1:" + endpoint.listen("127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  private record Result(int exit, String output) {}

  private Result run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    File output = directory.resolve("output.txt").toFile();
    builder.redirectOutput(output);
    Map<String, String> environment = builder.environment();
    environment.put("AWS_ACCESS_KEY_ID", ALICE.accessKeyId());
    environment.put("AWS_SECRET_ACCESS_KEY", ALICE.secretAccessKey().reveal());
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    environment.put("AWS_MAX_ATTEMPTS", "1");
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("AWS_CONFIG_FILE", directory.resolve("none").toString());
    environment.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
    environment.put("PYTHONIOENCODING", "utf-8");
    environment.put("NO_PROXY", "127.0.0.1");
    environment.remove("AWS_SESSION_TOKEN");
    Process process = builder.start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(String.join(" ", command) + " did not end within 120 s");
    }
    return new Result(process.exitValue(), Files.readString(output.toPath()));
  }

  private void assumeRuns(String... command) throws InterruptedException {
    boolean isThere;
    try {
      isThere = run(command).exit() == 0;
    } catch (IOException e) {
      isThere = false;
    }
    Assumptions.assumeTrue(isThere, "not installed here: " + String.join(" ", command));
  }

  private Result aws(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 3];
    command[0] = "aws";
    command[1] = "--endpoint-url";
    command[2] = address;
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return run(command);
  }

  private String awsOk(String... arguments) throws IOException, InterruptedException {
    Result result = aws(arguments);
    assertThat(result.exit()).as(result.output()).isZero();
    return result.output();
  }

  @Test
  void the_command_line_lists_copies_and_syncs() throws Exception {
    assumeRuns("aws", "--version");
    assertThat(awsOk("s3", "ls")).contains("models");
    assertThat(awsOk("s3", "ls", "s3://models/"))
        .contains("PRE many/")
        .contains(BIG + " big.bin")
        .contains("40 " + AWKWARD);
    Path copy = directory.resolve("big.bin");
    awsOk("s3", "cp", "s3://models/big.bin", copy.toString());
    assertIsBig(copy);
    assertThat(namespace.calls.stream().filter(call -> call.startsWith("read big.bin")).count())
        .as("ranged parts of 8 MiB")
        .isEqualTo(9);
    Path synced = directory.resolve("many");
    awsOk("s3", "sync", "s3://models/many/", synced.toString());
    for (int i = 0; i < 30; i++) {
      String name = String.format("%02d", i);
      assertThat(Files.readAllBytes(synced.resolve(name)))
          .isEqualTo(new Cells("models", "many/" + name, "v1").bytes(0, 1000 + i));
    }
    assertThat(awsOk("s3", "sync", "s3://models/many/", synced.toString()))
        .as("nothing left to copy")
        .isBlank();
  }

  @Test
  void the_command_line_shows_our_errors() throws Exception {
    assumeRuns("aws", "--version");
    Result missing = aws("s3", "cp", "s3://models/none", directory.resolve("x").toString());
    assertThat(missing.exit()).isNotZero();
    assertThat(missing.output()).contains("404");
    Result write = aws("s3", "rm", "s3://models/empty");
    assertThat(write.output()).contains("MethodNotAllowed").contains("read-only");
    Result bucket = aws("s3", "ls", "s3://none/");
    assertThat(bucket.output()).contains("NoSuchBucket");
  }

  @Test
  void boto3_reads_ranges_pages_files_and_errors() throws Exception {
    assumeRuns("python3", "-c", "import boto3");
    Path copy = directory.resolve("big.bin");
    Path script = directory.resolve("boto3_reads.py");
    try (InputStream source = getClass().getResourceAsStream("boto3_reads.py")) {
      Files.copy(source, script);
    }
    Result result = run("python3", script.toString(), address, copy.toString());
    assertThat(result.exit()).as(result.output()).isZero();
    Map<String, String> seen = new TreeMap<>();
    for (String line : result.output().lines().toList()) {
      int colon = line.indexOf(": ");
      seen.put(line.substring(0, colon), line.substring(colon + 2));
    }
    assertThat(seen)
        .containsEntry("range", HexFormat.of().formatHex(big.bytes(1000, 64)))
        .containsEntry("content-range", "bytes 1000-1063/" + BIG)
        .containsEntry("x-cache", "peer")
        .containsEntry(
            "awkward", HexFormat.of().formatHex(new Cells("models", AWKWARD, "v1").bytes(0, 40)))
        .containsEntry("empty", "0")
        .containsEntry("v2 keys", "30 many/00 many/29 True")
        .containsEntry("v1 keys", "30 True")
        .containsEntry("odd key", "True")
        .containsEntry("buckets", "['models']")
        .containsEntry("no key", "404 NoSuchKey")
        .containsEntry("no bucket", "404 NoSuchBucket")
        .containsEntry("bad range", "416 InvalidRange")
        .containsEntry("if-match", "412 PreconditionFailed")
        .containsEntry("if-none-match", "304 304")
        .containsEntry("put", "405 MethodNotAllowed")
        .containsEntry("delete", "405 MethodNotAllowed")
        .containsEntry("multipart", "405 MethodNotAllowed")
        .containsEntry("bad secret", "403 SignatureDoesNotMatch")
        .containsEntry("bad key", "403 InvalidAccessKeyId")
        .containsEntry("presigned", "200")
        .containsEntry("old clock", "403 RequestTimeTooSkewed")
        .containsEntry("expired", "403 True");
    assertIsBig(copy);
  }

  private void assertIsBig(Path copy) throws IOException {
    assertThat(Files.size(copy)).isEqualTo(BIG);
    try (InputStream in = Files.newInputStream(copy)) {
      for (long at = 0; at < BIG; at += 1 << 20) {
        byte[] piece = in.readNBytes(1 << 20);
        assertThat(piece).as("from %d", at).isEqualTo(big.bytes(at, piece.length));
      }
    }
  }
}
