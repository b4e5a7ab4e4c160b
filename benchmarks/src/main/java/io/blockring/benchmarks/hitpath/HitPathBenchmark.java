package io.blockring.benchmarks.hitpath;

import io.blockring.benchmarks.Goal;
import io.blockring.benchmarks.hitpath.Comparison.Effort;
import io.blockring.benchmarks.hitpath.Window.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What hits cost the server, beside nginx on the same file; see {@code benchmarks/hit-path.sh}. */
public final class HitPathBenchmark {
  private static final int BLOCK = 4 << 20;
  private static final int RANGE = 64 << 10;
  private static final int CELL = 4 << 10;
  private static final int READERS = 8;
  private static final int STREAMS = 4;
  private static final String NGINX = "nginx tuned";
  private static final String USUAL = "nginx usual";
  private static final String VERIFIED = "node, verifying reader";
  private static final String PLAIN = "node, plain reader";
  private static final String S3 = "node, S3 port";

  private final Servers servers;
  private final Effort effort;
  private final Set<String> chosen;
  private final Nginx tuned;
  private final Nginx usual;
  private final ServingNode node;
  private final Ranges blocks;
  private final Ranges ranges;
  private final Ranges cells;

  private HitPathBenchmark(Servers servers, Effort effort, Set<String> chosen) throws Exception {
    this.servers = servers;
    this.effort = effort;
    this.chosen = chosen;
    this.tuned = servers.nginx(Nginx.Tuning.TUNED);
    this.usual = servers.nginx(Nginx.Tuning.USUAL);
    this.node = servers.plainNode();
    this.blocks = new Ranges(BLOCK, servers.file().size());
    this.ranges = new Ranges(RANGE, servers.file().size());
    this.cells = new Ranges(CELL, servers.file().size());
  }

  /**
   * @param arguments a work folder, the processor of the servers or nothing, windows per side,
   *     milliseconds of each, and the names of the parts to run; none for all
   */
  public static void main(String[] arguments) throws Exception {
    try (Servers servers = new Servers(Path.of(arguments[0]), 256, arguments[1], 4096)) {
      servers.environment().forEach(System.out::println);
      Effort effort =
          new Effort(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), 12);
      Set<String> chosen = Set.of(Arrays.copyOfRange(arguments, 4, arguments.length));
      new HitPathBenchmark(servers, effort, chosen).run();
    }
  }

  private void run() throws Exception {
    part("blocks", this::wholeBlocks);
    part("cells", this::cells);
    part("mix", this::rangesBesideStreams);
    part("client", this::javaClient);
    part("fills", this::besideFills);
    part("many", this::manyConnections);
    part("secured", this::secured);
  }

  private interface Part {
    void run() throws Exception;
  }

  private void part(String name, Part part) throws Exception {
    if (chosen.isEmpty() || chosen.contains(name)) {
      part.run();
    }
  }

  private Side nginx(String name, Nginx nginx) {
    return new Side(
        name, nginx.pids(), HttpReader.file(Wire.plain(nginx.port()), "/" + Servers.OBJECT));
  }

  private Side side(String name, RangeReader.Source readers) {
    return new Side(name, node.pids(), readers);
  }

  private List<Side> all() throws IOException {
    List<Side> all =
        List.of(
            nginx(NGINX, tuned),
            nginx(USUAL, usual),
            side(VERIFIED, node.verified()),
            side(PLAIN, node.plain()),
            side(S3, node.overS3(Wire.plain(node.node().ports().s3()))));
    for (Side side : all) {
      requireRightBytes(side, blocks);
      requireRightBytes(side, cells);
    }
    return all;
  }

  private void requireRightBytes(Side side, Ranges some) throws IOException {
    try (RangeReader reader = side.readers().open(some)) {
      for (int i = 0; i < READERS; i++) {
        reader.read(i);
        ByteBuffer bytes = reader.bytes();
        int wrong = servers.file().firstDifference(some.offset(i), bytes);
        if (wrong >= 0) {
          throw new IOException(side.name() + ": byte " + (some.offset(i) + wrong) + " is wrong");
        }
      }
    }
  }

  private void wholeBlocks() throws Exception {
    Comparison all =
        Comparison.run("4 MiB hits", effort, List.of(new Load(blocks, READERS)), all());
    Goal.atMost(
        "4 MiB hit, verifying reader, server CPU per GB, of tuned nginx",
        all.ratio(VERIFIED, NGINX, Result::serverPerGb),
        1.05);
    Goal.atMost(
        "4 MiB hit, plain reader, server CPU per GB, of tuned nginx",
        all.ratio(PLAIN, NGINX, Result::serverPerGb),
        1.5);
  }

  private void cells() throws Exception {
    Comparison all =
        Comparison.run("4 KiB ranges", effort, List.of(new Load(cells, READERS)), all());
    Goal.atMost(
        "4 KiB range, verifying reader, server CPU per request, of tuned nginx",
        all.ratio(VERIFIED, NGINX, Result::serverPerRead),
        0.85);
    Goal.atMost(
        "4 KiB range, plain reader, server CPU per request, of tuned nginx",
        all.ratio(PLAIN, NGINX, Result::serverPerRead),
        1.0);
  }

  private void rangesBesideStreams() throws Exception {
    Comparison mixed =
        Comparison.run(
            "64 KiB ranges while 4 MiB streams run",
            effort,
            List.of(new Load(ranges, READERS), new Load(blocks, STREAMS)),
            List.of(nginx(NGINX, tuned), nginx(USUAL, usual), side(VERIFIED, node.verified())));
    Goal.atMost(
        "64 KiB range p99 beside 4 MiB streams, of tuned nginx",
        mixed.ratio(VERIFIED, NGINX, result -> result.figures().getFirst().p99()),
        0.5);
  }

  private void javaClient() throws Exception {
    String bare = "bare blocking reader";
    String client = "Java client, verifying";
    Comparison readers =
        Comparison.run(
            "4 MiB into a direct buffer",
            effort,
            List.of(new Load(blocks, READERS)),
            List.of(side(bare, node.verified()), side(client, node.javaClient())));
    Goal.atMost(
        "4 MiB, Java client CPU per GB with verification, of a bare blocking reader",
        readers.ratio(client, bare, Result::clientPerGb),
        1.5);
  }

  private void besideFills() throws Exception {
    servers.readColdObject(7L << 30);
    List<Load> load = List.of(new Load(ranges, 4, 1_000));
    List<Side> one = List.of(side(VERIFIED, node.verified()));
    Comparison quiet = Comparison.run("hits alone", effort, load, one);
    try (Fills fills = Fills.start(node, 200)) {
      Comparison busy = Comparison.run("hits while fills come in", effort, load, one);
      System.out.printf("fills: %.0f MB/s%n", fills.megabytesPerSecond());
      Goal.atMost(
          "p99 of hits beside fills, of the same alone",
          busy.median(VERIFIED, result -> result.figures().getFirst().p99())
              / quiet.median(VERIFIED, result -> result.figures().getFirst().p99()),
          2);
    }
  }

  private void manyConnections() throws Exception {
    long before = node.node().rssBytes();
    Comparison.run(
        "1,000 connections",
        effort,
        List.of(new Load(ranges, 1_000)),
        List.of(nginx(NGINX, tuned), side(VERIFIED, node.verified())));
    System.out.printf(
        "node's resident memory: %d MiB before, %d MiB after%n",
        before >> 20, node.node().rssBytes() >> 20);
  }

  private void secured() throws Exception {
    ServingNode tls = servers.tlsNode();
    ServingNode token = servers.tokenNode();
    List<Side> s3 =
        List.of(
            nginx(NGINX, tuned),
            side(S3, node.overS3(Wire.plain(node.node().ports().s3()))),
            new Side(
                "nginx tuned, TLS",
                tuned.pids(),
                HttpReader.file(Wire.tls(tuned.tlsPort(), servers.trust()), "/" + Servers.OBJECT)),
            new Side(
                "node, S3 port, TLS",
                tls.pids(),
                tls.overS3(Wire.tls(tls.node().ports().s3(), servers.trust()))));
    List<Side> peers =
        List.of(
            side("block port, nothing", node.javaClient()),
            new Side("block port, token", token.pids(), token.javaClient()),
            new Side("block port, mutual TLS", tls.pids(), tls.javaClient()));
    for (Ranges each : List.of(blocks, cells)) {
      Comparison.run("S3 with and without TLS", effort, List.of(new Load(each, READERS)), s3);
      Comparison.run("block port, Java client", effort, List.of(new Load(each, READERS)), peers);
    }
  }
}
