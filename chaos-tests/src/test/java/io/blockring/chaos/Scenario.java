package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.blockring.demo.LocalNode;
import io.blockring.demo.OriginTraffic;
import io.blockring.demo.SampleFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One fault, played to a cluster while readers of every kind read and prove each byte: quiet, then
 * the fault, then after it. Half of the files are on the SSDs before; the others come into play bit
 * by bit while the fault lasts, so that both hits and fills meet it. Last, everything is read
 * again.
 *
 * <p>{@code -Dblockring.chaos.seconds=N} lets the fault last so long, {@code
 * -Dblockring.chaos.minutes=M} injects and heals it again and again for so long.
 */
final class Scenario implements AutoCloseable {
  static final String BLOCK = "1MiB";

  private static final int BLOCK_BYTES = 1 << 20;
  private static final int THREADS_EACH = 2;
  private static final int STORM_THREADS = 4;
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final int SECONDS = 4;
  private static final Duration RECOVERED = Duration.ofSeconds(40);
  private static final int STEPS = 25;
  private static final Duration PAUSE = Duration.ofMillis(40);
  private static final int MINUTES = Integer.getInteger("blockring.chaos.minutes", 0);

  private final Stage stage;
  private final String name;
  private final String injected;
  private final Seed seed;
  private final List<SampleFile> warm;
  private final List<SampleFile> cold;
  private final List<RangeReader> readers = new ArrayList<>();
  private Duration length = lasting(SECONDS);

  private Scenario(Stage stage, String name, String injected) {
    this.stage = stage;
    this.name = name;
    this.injected = injected;
    this.seed = Seed.of(name);
    RandomGenerator sizes = seed.choices(-1);
    this.warm = files(name + "/warm", 3, 25, sizes);
    this.cold = files(name + "/cold", 10, 120, sizes);
  }

  /**
   * Puts the scenario's files into the bucket and connects its readers.
   *
   * @param injected for the table: what goes wrong, in figures
   */
  static Scenario on(Stage stage, String name, String injected) throws Exception {
    Scenario scenario = new Scenario(stage, name, injected);
    stage.bucket().putAll("", scenario.warm, _ -> {});
    stage.bucket().putAll("", scenario.cold, _ -> {});
    scenario.readers.add(new JavaReads(stage.nodes(), Stage.MOUNT));
    scenario.readers.addAll(stage.s3Readers(Stage.MOUNT));
    return scenario;
  }

  /** Instead of 4 s, unless the run asks for a length of its own. */
  void lasts(int seconds) {
    length = lasting(seconds);
  }

  private static Duration lasting(int seconds) {
    return Duration.ofSeconds(Integer.getInteger("blockring.chaos.seconds", seconds));
  }

  /** Ends the test as skipped, in the table too, when no link can be broken. */
  static Toxiproxy toxiproxyOf(Stage stage, String name, String injected) throws IOException {
    Toxiproxy toxiproxy = stage.toxiproxy();
    if (toxiproxy == null) {
      ScenarioTable.add("| " + name + " | " + injected + " | not run: " + Toxiproxy.MISSING + " |");
      return abort(Toxiproxy.MISSING);
    }
    return toxiproxy;
  }

  /** The reader of this node's S3 endpoint goes on with another node's when it breaks. */
  void giveSecondEndpoint(LocalNode node, LocalNode other) {
    int at = reader(node);
    readers.get(at).close();
    readers.set(
        at,
        new S3Reads(
            "S3 of " + node.name() + ", then " + other.name(),
            Stage.MOUNT,
            node.s3Endpoint(),
            other.s3Endpoint()));
  }

  /** All readers but the one that first asks this node's S3 endpoint. */
  List<RangeReader> readersBeside(LocalNode node) {
    List<RangeReader> others = new ArrayList<>(readers);
    others.remove(reader(node));
    return others;
  }

  /** The random choices of the fault itself. */
  RandomGenerator choices() {
    return seed.choices(-2);
  }

  /** Plays it; the outcome is in the table when this returns. */
  Outcome play(Fault fault) throws Exception {
    OriginTraffic before = stage.settledTraffic();
    Storm.read(readers, STORM_THREADS, 1, warm);
    Outcome outcome = underLoad(fault, before);
    ScenarioTable.add(outcome.row(name, injected));
    for (RangeReader reader : readers) {
      System.out.println(name + ": " + reader.findings());
    }
    assertThat(outcome.wrong()).as("wrong, mixed or silently short responses").isEmpty();
    return outcome;
  }

  private Outcome underLoad(Fault fault, OriginTraffic before) throws Exception {
    try (Load load = Load.start(readers, THREADS_EACH, warm, seed, PAUSE)) {
      long quiet = System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(QUIET.toNanos());
      long faulty = System.nanoTime();
      long rounds = Math.max(1, Duration.ofMinutes(MINUTES).dividedBy(length));
      long after = faulty;
      for (int round = 0; round < rounds; round++) {
        fault.inject().run();
        reveal(load, round, rounds);
        after = System.nanoTime();
        fault.heal().run();
        load.awaitGoodReads(after, RECOVERED);
        stage.awaitOneRing();
      }
      Duration recovery = Duration.ofNanos(System.nanoTime() - after);
      Storm.read(readers, STORM_THREADS, 1, Stream.of(warm, cold).flatMap(List::stream).toList());
      Outcome.Marks marks = new Outcome.Marks(quiet, faulty, after, System.nanoTime());
      load.stop();
      OriginTraffic asked = stage.settledTraffic().since(before);
      return new Outcome(load.samples(), readers, marks, recovery, asked, needed());
    }
  }

  /** Brings this round's share of the cold files into play, step by step. */
  private void reveal(Load load, int round, long rounds) throws InterruptedException {
    for (int step = 1; step <= STEPS; step++) {
      long shown = cold.size() * ((long) round * STEPS + step) / (rounds * STEPS);
      load.alsoRead(cold.subList(0, Math.max(1, (int) shown)));
      TimeUnit.NANOSECONDS.sleep(length.dividedBy(STEPS).toNanos());
    }
  }

  private Outcome.Needed needed() {
    long bytes = 0;
    long blocks = 0;
    for (SampleFile file : Stream.of(warm, cold).flatMap(List::stream).toList()) {
      bytes += file.size();
      blocks += (file.size() + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }
    return new Outcome.Needed(bytes, blocks);
  }

  /** A few of several blocks, many of less than one, in no order. */
  private static List<SampleFile> files(
      String prefix, int large, int small, RandomGenerator sizes) {
    List<SampleFile> files = new ArrayList<>();
    for (int i = 0; i < large + small; i++) {
      boolean isLarge = i % ((large + small) / large) == 0 && files.size() < large + small;
      long size = isLarge ? sizes.nextLong(2 << 20, 6 << 20) : sizes.nextLong(1, 200_000);
      files.add(SampleFile.ofBytes(prefix + "-" + i + ".bin", size, sizes.nextLong()));
    }
    return List.copyOf(files);
  }

  private int reader(LocalNode node) {
    return 1 + stage.nodes().indexOf(Objects.requireNonNull(node));
  }

  @Override
  public void close() throws Exception {
    readers.forEach(RangeReader::close);
    Toxiproxy toxiproxy = stage.toxiproxy();
    if (toxiproxy != null) {
      toxiproxy.heal();
    }
    stage.bucket().proxy().heal();
    for (LocalNode node : stage.nodes()) {
      if (!node.isRunning()) {
        node.start();
      }
    }
    stage.awaitOneRing();
    Stream.of(warm, cold).flatMap(List::stream).forEach(file -> stage.bucket().delete(file.path()));
  }
}
