package io.blockring.demo;

import io.blockring.cachectl.Cachectl;
import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Environment;
import io.blockring.cachectl.screen.Human;
import io.blockring.demo.ClusterPlan.MountPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** The main job in one command: a real cluster serves real files, and every byte is checked. */
public final class Demo implements Callable<Integer> {
  private static final Duration READY = Duration.ofSeconds(120);
  private static final String MOUNT = "models";

  /** The same origin with other blocks: it shares nothing with the first, so all of it is cold. */
  private static final String COLD_MOUNT = "models-cold";

  private static final int ALL_RIGHT = 0;
  private static final int SOMETHING_WRONG = 1;

  @Mixin private final DemoOptions options = new DemoOptions();

  private final PrintStream out;
  private final boolean isTerminal = System.console() != null && System.console().isTerminal();

  private Demo(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "demo-logback.xml");
    System.exit(run(System.out, arguments));
  }

  /**
   * Runs the demo with what was written after {@code cachectl demo}.
   *
   * @return 0 when everything was right
   */
  static int run(PrintStream out, String... arguments) {
    CommandLine line = new CommandLine(new Demo(out)).setCommandName("cachectl demo");
    line.setExecutionExceptionHandler(Demo::explain);
    line.setParameterExceptionHandler(Demo::refuse);
    return line.execute(arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException, CommandFailure {
    options.check(new CommandLine(this));
    WorkDirectory work = WorkDirectory.create(options.work, options.diskBytes());
    DemoCleanup cleanup = new DemoCleanup(work);
    try (cleanup) {
      return run(work, cleanup);
    }
  }

  private int run(WorkDirectory work, DemoCleanup cleanup)
      throws IOException, InterruptedException, CommandFailure {
    out.println("Preparing " + options.what());
    DemoOrigin origin = cleanup.add(DemoOrigin.of(options, work.path(), out, isTerminal));
    DemoFiles files = origin.files();
    out.printf("  %,d files, %s%n", files.entries().size(), Human.bytes(files.bytes()));

    out.println("Starting three nodes, weights 1:2:3");
    LocalCluster cluster = cleanup.add(LocalCluster.start(work.path(), plan(origin)));
    long start = System.nanoTime();
    cluster.awaitReady(READY);
    ClusterStatus.awaitOneRing(cluster, READY);
    out.println("  ready after " + Human.millis((System.nanoTime() - start) / 1_000_000));

    RungTable table = new RungTable();
    LadderReads reads = new LadderReads(files, table);
    warm(cluster, origin, reads);
    readEverything(cluster, origin, reads);
    boolean isRight = new DemoReport(out, cluster, origin, table, reads).print();
    if (!options.isOnce) {
      new DemoDirections(out, cluster, origin).print();
      new CountDownLatch(1).await();
    }
    return isRight ? ALL_RIGHT : SOMETHING_WRONG;
  }

  private ClusterPlan plan(DemoOrigin origin) {
    MountPlan mount = origin.mount();
    return ClusterPlan.ofWeights(1, 2, 3)
        .withMount(MOUNT, mount)
        .withMount(COLD_MOUNT, mount.with("blockBytes", "1MiB"))
        .withEnvironment(origin.environment())
        .withSetting("memory.size", "256MiB")
        .withStoreBudget(options.storeMib() + "MiB");
  }

  private void warm(LocalCluster cluster, DemoOrigin origin, LadderReads reads) {
    List<String> command = new ArrayList<>(List.of("warmup", "--wait", "--address"));
    command.add("127.0.0.1:" + cluster.node(1).ports().admin());
    if (origin.warmPrefix().isEmpty()) {
      origin.files().entries().forEach(entry -> command.add("/" + MOUNT + "/" + entry.key()));
      out.println("Warming all of them: cachectl warmup --wait /" + MOUNT + "/…");
    } else {
      command.add("/" + MOUNT + "/sd");
      out.println("Warming: cachectl " + String.join(" ", command));
    }
    Environment environment =
        new Environment(System.getenv(), out, out, out, isTerminal, Thread::sleep);
    int status = Cachectl.run(environment, command.toArray(String[]::new));
    out.flush();
    if (status != 0) {
      reads.problem("the warm-up ended with status " + status);
    }
  }

  private void readEverything(LocalCluster cluster, DemoOrigin origin, LadderReads reads)
      throws IOException, InterruptedException {
    long bytes = origin.files().bytes();
    Predicate<String> isWarm = key -> key.startsWith(origin.warmPrefix());
    List<S3Reader> nodes =
        cluster.nodes().stream().map(node -> new S3Reader(node.s3Endpoint())).toList();
    try {
      out.println("Reading every file cold, through one node each: /" + COLD_MOUNT);
      try (Progress progress = new Progress(out, isTerminal, "read", bytes)) {
        reads.once(nodes, COLD_MOUNT, progress::add);
      }
      out.println("Reading every block through every node, twice: /" + MOUNT);
      long all = bytes * nodes.size() * LadderReads.ROUNDS;
      try (Progress progress = new Progress(out, isTerminal, "read", all)) {
        reads.everywhereTwice(nodes, MOUNT, isWarm, progress::add);
      }
    } finally {
      nodes.forEach(S3Reader::close);
    }
    out.println("Reading every block twice through one Java client: /" + MOUNT);
    try (ClientReader client = new ClientReader(cluster, MOUNT);
        Progress progress = new Progress(out, isTerminal, "read", bytes * LadderReads.ROUNDS)) {
      reads.twice(client, progress::add);
    }
  }

  private static int refuse(CommandLine.ParameterException wrong, String[] arguments) {
    CommandLine line = wrong.getCommandLine();
    line.getErr().println("cachectl demo: " + wrong.getMessage());
    line.getErr().println("See ./cachectl demo --help");
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int explain(Exception failure, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    if (failure instanceof IOException || failure instanceof IllegalStateException) {
      line.getErr().println("cachectl demo: " + failure.getMessage());
      for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
        line.getErr().println("  because: " + cause);
      }
      return SOMETHING_WRONG;
    }
    throw failure;
  }
}
