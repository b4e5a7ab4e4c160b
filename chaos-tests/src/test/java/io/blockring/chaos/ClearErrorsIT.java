package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.OriginFault;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that goes wrong is told with a message that names it and its numbers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClearErrorsIT {
  private static final SampleFile FILE = SampleFile.ofBytes("file.bin", 5_000_000, 3);
  private static final SampleFile OTHER = SampleFile.ofBytes("other.bin", 100_000, 3);
  private static final SampleFile EMPTY = SampleFile.ofBytes("empty.bin", 0, 3);
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ErrorsPage page;
  private final Path directory;
  private final Stage stage;

  ClearErrorsIT(@TempDir Path directory) throws Exception {
    this.directory = directory;
    this.page = ErrorsPage.read();
    Path badKey = Files.writeString(directory.resolve("bad-key"), "nobody\nwrong\n");
    this.stage =
        Stage.open(directory, List.of(FILE, OTHER, EMPTY), plan -> withBadMounts(plan, badKey), 1);
  }

  @AfterAll
  void close() throws IOException {
    stage.close();
    http.close();
  }

  @Test
  void a_missing_key() throws Exception {
    assertTold("missing key", get("/models/nothing.bin", ""));
  }

  @Test
  void a_missing_mount() throws Exception {
    assertTold("missing mount", get("/nowhere/file.bin", ""));
  }

  @Test
  void a_range_beyond_the_end() throws Exception {
    HttpResponse<String> reply = get("/models/file.bin", "bytes=5000000-5000099");
    assertTold("range beyond the end", reply);
    assertThat(reply.headers().firstValue("Content-Range")).contains("bytes */5000000");
    assertThat(reply.body()).contains("<ActualObjectSize>5000000</ActualObjectSize>");
  }

  @Test
  void an_empty_object_is_no_error() throws Exception {
    HttpResponse<String> reply = get("/models/empty.bin", "");
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("Content-Length")).contains("0");
    assertThat(reply.body()).isEmpty();
    assertTold("range of an empty object", get("/models/empty.bin", "bytes=0-9"));
  }

  @Test
  void a_bucket_that_is_not_there() throws Exception {
    assertTold("nobody listens at the bucket's endpoint", get("/dead/file.bin", ""));
    assertTold("no such bucket", get("/nobucket/file.bin", ""));
  }

  @Test
  void a_budget_without_room() throws Exception {
    HttpResponse<String> reply = get("/frugal/other.bin", "");
    assertTold("the budget is spent", reply);
    assertThat(reply.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
  }

  @Test
  void a_bad_credential() throws Exception {
    assertTold("bad credential", get("/denied/file.bin", ""));
  }

  @Test
  void a_bucket_that_breaks_while_the_cluster_runs() throws Exception {
    assertThat(get("/models/file.bin", "bytes=0-99").statusCode()).isEqualTo(206);
    stage.bucket().proxy().breakWith(_ -> new OriginFault.Hang());
    assertTold("the bucket hangs", get("/slow/other.bin", ""));
    stage.bucket().proxy().breakWith(_ -> new OriginFault.Refuse(503));
    assertTold("the bucket throttles", get("/models/other.bin", ""));
    stage.bucket().proxy().breakWith(_ -> new OriginFault.Refuse(500));
    assertTold("the bucket fails", get("/models/other.bin", ""));
    assertThat(get("/models/file.bin", "bytes=0-99").statusCode())
        .as("what the cluster has it still serves")
        .isEqualTo(206);
    stage.bucket().proxy().heal();
    assertThat(get("/models/other.bin", "").statusCode()).isEqualTo(200);
  }

  @Test
  void a_port_in_use() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (String port : List.of("s3", "blocks", "control", "admin")) {
        NodeRun run =
            NodeRun.refused(
                directory.resolve("in-use-" + port),
                "",
                "--ports." + port + "=" + taken.getLocalPort());
        assertTold("port in use (ports." + port + ")", run);
        assertThat(run.output()).contains("127.0.0.1:" + taken.getLocalPort());
      }
    }
  }

  @Test
  void too_few_file_descriptors() throws Exception {
    NodeRun run = NodeRun.refused(directory.resolve("few-files"), "ulimit -n 600");
    assertTold("open-file limit too low", run);
    assertThat(run.output()).contains("may open 600 files");
  }

  @Test
  void wrong_settings() throws Exception {
    Path home = directory.resolve("wrong-settings");
    assertTold("unknown setting", NodeRun.refused(home, "", "--memory.sise=1MiB"));
    assertTold("too little memory", NodeRun.refused(home, "", "--limits.memory=100MiB"));
    assertTold("bad value", NodeRun.refused(home, "", "--memory.size=lots"));
    assertTold("not loopback", NodeRun.refused(home, "", "--ports.host=0.0.0.0"));
    assertTold(
        "one origin, two settings",
        NodeRun.refused(
            home,
            "",
            "--mounts.a.origin.url=s3://models",
            "--mounts.b.origin.url=s3://models",
            "--mounts.b.freshness=always"));
  }

  @Test
  void a_directory_that_another_node_uses() throws Exception {
    Path state = stage.node(1).directory().resolve("state");
    NodeRun run = NodeRun.refused(directory.resolve("second"), "", "--node.stateDir=" + state);
    assertTold("state directory in use", run);
  }

  private static ClusterPlan withBadMounts(ClusterPlan plan, Path badKey) {
    MountPlan models = Objects.requireNonNull(plan.mounts().get(Stage.MOUNT));
    URI endpoint = URI.create(Objects.requireNonNull(models.settings().get("origin.endpoint")));
    return plan.withMount(
            "dead", MountPlan.bucket("s3://" + Stage.BUCKET, URI.create("http://127.0.0.1:9")))
        .withMount("nobucket", MountPlan.bucket("s3://not-there", endpoint))
        .withMount(
            "denied",
            models.with("origin.credentials.file", badKey.toString()).with("blockBytes", "2MiB"))
        .withMount(
            "frugal", models.with("budget.bytesPerDay", "64KiB").with("blockBytes", "512KiB"))
        .withMount("slow", models.with("origin.requestTimeout", "2s").with("blockBytes", "1MiB"))
        .withSetting("timeouts.read", "20s");
  }

  private void assertTold(String situation, HttpResponse<String> reply) {
    String code = element("Code", reply.body());
    page.assertTells(situation, element("Message", reply.body()), reply.statusCode() + " " + code);
  }

  private void assertTold(String situation, NodeRun run) {
    page.assertTells(situation, run.output(), "exit " + run.status());
  }

  private HttpResponse<String> get(String path, String range) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(stage.node(1).s3Endpoint().resolve(path)).timeout(DEADLINE);
    if (!range.isEmpty()) {
      request.header("Range", range);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String element(String name, String xml) {
    Matcher matcher = Pattern.compile("<" + name + ">(.*?)</" + name + ">").matcher(xml);
    return matcher.find()
        ? matcher.group(1).replace("&apos;", "'").replace("&quot;", "\"").replace("&amp;", "&")
        : "(no " + name + ")";
  }
}
