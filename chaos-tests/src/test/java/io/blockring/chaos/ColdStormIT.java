package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockring.client.namespace.Blocks;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.OriginTraffic;
import io.blockring.demo.SampleFile;
import io.blockring.demo.SampleFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * However many readers start at once, the bucket gives each byte once, and nothing the second time.
 *
 * <p>Exactly, as long as no node takes an owner for dead: each time one does, the next in line may
 * fetch one block again. The nodes count how often they did, and no more than that is let pass.
 *
 * <p>{@code -Dblockring.chaos.storm.mb=N} sets how much they read, about.
 */
class ColdStormIT {
  private static final int READERS = 32;
  private static final int TIMES_EACH = 8;
  private static final double MEGABYTES_OF_NORMAL = 370;
  private static final double SCALE =
      Integer.getInteger("blockring.chaos.storm.mb", 120) / MEGABYTES_OF_NORMAL;
  private static final List<String> WHY_MORE =
      List.of(
          "peer_silences",
          "peer_shed",
          "fill_duplicates",
          "fill_unstored",
          "in_flight_shed",
          "store_evicted_blocks",
          "origin_retries");
  private static final long CLI_SECONDS = 120;

  @Test
  void every_byte_comes_from_the_bucket_once_and_is_right(@TempDir Path directory)
      throws Exception {
    SampleFiles samples = new SampleFiles(Seed.of("ColdStormIT").value(), SCALE);
    try (Stage stage = Stage.open(directory, samples.all(), ColdStormIT::patient, 1, 2, 3)) {
      long silences = stage.silences();
      OriginTraffic first = readAll(stage, samples, "first pass");
      long again = stage.silences() - silences;
      assertThat(first.bytes(Operation.GET))
          .as("bytes from the bucket, with %d owners taken for dead", again)
          .isBetween(samples.bytes(), samples.bytes() + again * Blocks.DEFAULT_BLOCK_BYTES);

      silences = stage.silences();
      OriginTraffic second = readAll(stage, samples, "second pass");
      again = stage.silences() - silences;
      assertThat(second.allRequests())
          .as("requests to the bucket, with %d owners taken for dead", again)
          .isLessThanOrEqualTo(again);
    }
  }

  @Test
  void the_aws_command_line_reads_the_same(@TempDir Path directory) throws Exception {
    assumeTrue(isOnPath("aws"), "there is no aws on the PATH");
    SampleFiles samples = new SampleFiles(5, SampleFiles.SMALL);
    try (Stage stage = Stage.open(directory, samples.all(), plan -> plan, 1, 2, 3)) {
      List<SampleFile> files = samples.under("sd/");
      long bytes = files.stream().mapToLong(SampleFile::size).sum();
      for (int pass = 1; pass <= 2; pass++) {
        OriginTraffic before = stage.bucket().proxy().traffic();
        for (int node = 1; node <= 3; node++) {
          Path target = directory.resolve("copy-" + pass + "-" + node);
          copy(stage.node(node).s3Endpoint() + "", target, directory.resolve("aws.log"));
          assertRight(files, target);
        }
        OriginTraffic asked = stage.bucket().proxy().traffic().since(before);
        assertThat(asked.bytes(Operation.GET)).isEqualTo(pass == 1 ? bytes : 0);
        assertThat(asked.requests(Operation.HEAD))
            .as("HEAD requests: for a checksum of each file of several blocks, once")
            .isLessThanOrEqualTo(pass == 1 ? files.size() : 0);
      }
    }
  }

  /**
   * Three nodes, the bucket and all readers share one machine: a node may get no processor for
   * longer than the default 500 ms.
   */
  private static ClusterPlan patient(ClusterPlan plan) {
    return plan.withSetting("timeouts.peer", "10s");
  }

  private static OriginTraffic readAll(Stage stage, SampleFiles samples, String pass)
      throws Exception {
    OriginTraffic before = stage.bucket().proxy().traffic();
    long start = System.nanoTime();
    List<S3Reads> readers = stage.s3Readers(Stage.MOUNT);
    Storm.read(readers, READERS, TIMES_EACH, samples.all());
    double seconds = (System.nanoTime() - start) / 1e9;
    for (S3Reads reader : readers) {
      assertThat(reader.findings().wrong()).as("wrong bytes").isEmpty();
      assertThat(reader.findings().errors()).as("errors").isEmpty();
      reader.close();
    }
    long delivered = readers.stream().mapToLong(reader -> reader.findings().bytes()).sum();
    assertThat(delivered).isEqualTo(TIMES_EACH * samples.bytes());
    OriginTraffic asked = stage.settledTraffic().since(before);
    System.out.printf(
        "ColdStormIT: %s: %,d bytes to %d readers in %.1f s; the bucket gave %,d bytes of %,d in"
            + " %,d GETs%n",
        pass,
        delivered,
        READERS,
        seconds,
        asked.bytes(Operation.GET),
        samples.bytes(),
        asked.requests(Operation.GET));
    printWhyMore(stage);
    return asked;
  }

  /** What makes a block come twice: an owner that was taken for dead, or that had no room. */
  private static void printWhyMore(Stage stage) throws Exception {
    for (int node = 1; node <= stage.nodes().size(); node++) {
      System.out.printf("ColdStormIT: node-%d", node);
      for (String name : WHY_MORE) {
        System.out.printf(" %s %.0f", name, stage.metric(node, "blockring_" + name + "_total"));
      }
      System.out.println();
    }
  }

  private static boolean isOnPath(String program) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private static void copy(String endpoint, Path target, Path log) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            "aws",
            "--no-sign-request",
            "--region",
            "us-east-1",
            "--endpoint-url",
            endpoint,
            "s3",
            "cp",
            "--recursive",
            "--only-show-errors",
            "s3://" + Stage.MOUNT + "/sd",
            target.toString());
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean isEnded = process.waitFor(CLI_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(isEnded && process.exitValue() == 0).as(Files.readString(log)).isTrue();
  }

  private static void assertRight(List<SampleFile> files, Path directory) throws Exception {
    Findings findings = new Findings("aws s3 cp");
    for (SampleFile file : files) {
      byte[] bytes = Files.readAllBytes(directory.resolve(file.path().substring("sd/".length())));
      assertThat((long) bytes.length).isEqualTo(file.size());
      findings.check(file, 0, ByteBuffer.wrap(bytes));
    }
    assertThat(findings.wrong()).isEmpty();
  }
}
