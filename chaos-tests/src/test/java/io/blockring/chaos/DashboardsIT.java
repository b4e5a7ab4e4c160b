package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.cachectl.Cachectl;
import io.blockring.cachectl.Environment;
import io.blockring.demo.Await;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import io.blockring.demo.SampleFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every expression of the dashboard and of the rules gives an answer of a real Prometheus that
 * scrapes a real cluster under load with the shipped configuration; and alerts fire when a node
 * dies, a bucket is not there and a warm-up cannot be done.
 *
 * <p>Of the shipped files the copies differ in targets, in the intervals (1 s instead of 15) and in
 * how long alerts wait (1 s). That they wait is shown by {@code promtool test rules}.
 */
class DashboardsIT {
  private static final double SCALE = 0.05;
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final String DEAD = "dead";
  private static final int LONGEST_READ_BYTES = 256 << 10;

  /** Of Prometheus itself, wherever it runs. */
  private static final Set<String> PROMETHEUS_OWN = Set.of("up", "ALERTS");

  /**
   * Panel queries that rightly have no answer in this test, with the reason; by the panel's title
   * and the query's letter.
   */
  private static final Map<String, String> MAY_BE_EMPTY = Map.of();

  private final ShippedDashboard dashboard = read(DashboardFilesTest.DASHBOARD);
  private final ShippedRules rules = ShippedRules.read(DashboardFilesTest.RULES);

  DashboardsIT() throws IOException {}

  private static ShippedDashboard read(Path file) throws IOException {
    return ShippedDashboard.read(file);
  }

  @Test
  void every_expression_has_an_answer_and_alerts_fire(@TempDir Path directory) throws Exception {
    Path program = PrometheusServer.onPath("prometheus");
    Assumptions.assumeTrue(program != null, "prometheus is not on the PATH (Debian: prometheus)");
    Seed seed = Seed.of("DashboardsIT");
    SampleFiles samples = new SampleFiles(seed.value(), SCALE);
    MountPlan nobody = MountPlan.bucket("s3://nothing", URI.create("http://127.0.0.1:1"));
    try (Stage stage =
            Stage.open(
                directory,
                samples.all(),
                plan -> plan.withMount(DEAD, nobody).withMount("mirrored", mirror(plan)),
                1,
                2,
                3);
        PrometheusServer prometheus =
            PrometheusServer.start(
                Objects.requireNonNull(program), adapted(directory, stage), directory)) {
      Set<String> known = exposed(stage.node(1));
      awaitAnswer(prometheus, "sum(up{job=\"blockring\"}) == 3");
      double seriesBefore = most(prometheus, "max(scrape_samples_scraped)");

      List<S3Reads> readers = stage.s3Readers(Stage.MOUNT);
      List<SampleFile> files = List.copyOf(samples.all());
      try (Load load = Load.start(List.of(new InTurn(readers)), 1, files, seed)) {
        cachectl(stage, 0, "warmup", "--wait", "/models/sd");
        cachectl(stage, 0, "node", "weight", "node-1", "2");
        load.awaitMore(20, WITHIN);
        assertEveryMetricIsKnown(known);
        assertEveryExpressionHasAnAnswer(prometheus, stage);
        assertAlertsFireForTheirCause(prometheus, stage, files.getFirst());
        load.stop();
      }
      for (S3Reads reader : readers) {
        assertThat(reader.findings().wrong()).as("wrong bytes").isEmpty();
        reader.close();
      }
      assertScrapesAreCheapAndBounded(prometheus, seriesBefore);
    }
  }

  /** A mirror within the one bucket there is, so that its metrics are shown. */
  private static MountPlan mirror(ClusterPlan plan) {
    MountPlan models = Objects.requireNonNull(plan.mounts().get(Stage.MOUNT));
    return new MountPlan(models.origin() + "/copies", models.settings())
        .with("source.url", models.origin() + "/sd")
        .with("source.endpoint", Objects.requireNonNull(models.settings().get("origin.endpoint")))
        .with("source.pathStyle", "true")
        .with("mirror.replicate", "false");
  }

  /** The shipped configuration with this cluster's addresses and a hurry. */
  private static Path adapted(Path directory, Stage stage) throws IOException {
    Path shipped = DashboardFilesTest.FOLDER.resolve("prometheus");
    String config = Files.readString(shipped.resolve("prometheus.yml"));
    for (LocalNode node : stage.nodes()) {
      config = replaced(config, node.name() + ":7073", "127.0.0.1:" + node.ports().admin());
    }
    config = replaced(config, "_interval: 15s", "_interval: 1s");
    Path copies = Files.createDirectories(directory.resolve("rules"));
    try (Stream<Path> files = Files.list(shipped.resolve("rules"))) {
      for (Path file : files.toList()) {
        String text = Files.readString(file).replaceAll("(?m)^( +)for: \\w+$", "$1for: 1s");
        Files.writeString(copies.resolve(file.getFileName().toString()), text);
      }
    }
    return Files.writeString(directory.resolve("prometheus.yml"), config);
  }

  private static String replaced(String text, String old, String with) {
    assertThat(text).contains(old);
    return text.replace(old, with);
  }

  /** What a node shows; also that it shows it as Prometheus wants it. */
  private static Set<String> exposed(LocalNode node) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> page =
          http.send(
              HttpRequest.newBuilder(node.adminEndpoint().resolve("/metrics")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(page.headers().firstValue("content-type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      Set<String> names = new HashSet<>();
      page.body()
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
      return names;
    }
  }

  private void assertEveryMetricIsKnown(Set<String> exposed) {
    Set<String> known = new HashSet<>(exposed);
    known.addAll(PROMETHEUS_OWN);
    rules.recordings().forEach(recording -> known.add(recording.name()));
    Map<String, Set<String>> unknown = new TreeMap<>();
    expressions()
        .forEach(
            (where, expression) -> {
              Set<String> missing = new TreeSet<>(PromQl.metrics(expression));
              assertThat(missing).as("metrics of " + where).isNotEmpty();
              missing.removeAll(known);
              if (!missing.isEmpty()) {
                unknown.put(where, missing);
              }
            });
    assertThat(unknown).as("metrics that no node shows").isEmpty();
  }

  /** All that are shipped, by where they stand. */
  private Map<String, String> expressions() {
    Map<String, String> all = new LinkedHashMap<>();
    dashboard.queries().forEach(query -> all.put("panel " + query.where(), query.expression()));
    dashboard.annotations().forEach(query -> all.put("event " + query.where(), query.expression()));
    dashboard.menus().forEach(menu -> all.put("menu " + menu.variable(), menu.selector()));
    rules.recordings().forEach(rule -> all.put("rule " + rule.name(), rule.expression()));
    rules.alerts().forEach(rule -> all.put("alert " + rule.name(), rule.expression()));
    return all;
  }

  private void assertEveryExpressionHasAnAnswer(PrometheusServer prometheus, Stage stage)
      throws IOException, InterruptedException {
    Map<String, String> asked = new LinkedHashMap<>();
    Map<String, String> all = variables(".*", ".*");
    Map<String, String> one =
        variables("127\\\\.0\\\\.0\\\\.1:" + stage.node(2).ports().admin(), Stage.MOUNT);
    for (ShippedDashboard.Query query : dashboard.queries()) {
      if (!MAY_BE_EMPTY.containsKey(query.where())) {
        asked.put("panel " + query.where() + ", all nodes", query.with(all).expression());
        asked.put("panel " + query.where() + ", one node", query.with(one).expression());
      }
    }
    for (ShippedDashboard.Query query : dashboard.annotations()) {
      asked.put("event " + query.where(), PromQl.withoutComparisons(query.with(all).expression()));
    }
    rules.recordings().forEach(rule -> asked.put("rule " + rule.name(), rule.expression()));
    for (ShippedRules.Alert alert : rules.alerts()) {
      prometheus.samples(alert.expression());
      asked.put("alert " + alert.name(), PromQl.withoutComparisons(alert.expression()));
    }
    awaitAnswers(prometheus, asked);
    for (ShippedDashboard.Menu menu : dashboard.menus()) {
      String selector = ShippedDashboard.substitute(menu.selector(), all);
      assertThat(prometheus.labelValues(menu.label(), selector))
          .as("menu of " + menu.variable())
          .isNotEmpty();
    }
    System.out.printf(
        "DashboardsIT: %d expressions of %d panels, %d events, %d menus, %d recording rules and %d"
            + " alerts have an answer; allowed to be empty: %s%n",
        expressions().size(),
        dashboard.panels().size(),
        dashboard.annotations().size(),
        dashboard.menus().size(),
        rules.recordings().size(),
        rules.alerts().size(),
        MAY_BE_EMPTY);
  }

  /** As Grafana fills them in, with the data source's interval as it is provisioned. */
  private static Map<String, String> variables(String node, String mount) throws IOException {
    Map<?, ?> provisioned =
        (Map<?, ?>)
            ShippedRules.yaml(
                DashboardFilesTest.FOLDER.resolve("provisioning/datasources/blockring.yaml"));
    Map<?, ?> source =
        (Map<?, ?>) ((List<?>) Objects.requireNonNull(provisioned.get("datasources"))).getFirst();
    Object interval =
        ((Map<?, ?>) Objects.requireNonNull(source.get("jsonData"))).get("timeInterval");
    int seconds = Integer.parseInt(("" + interval).replace("s", ""));
    Map<String, String> values = new HashMap<>();
    values.put("cluster", "blockring");
    values.put("node", node);
    values.put("mount", mount);
    values.put("__interval", seconds + "s");
    values.put("__rate_interval", 4 * seconds + "s");
    values.put("__range", "3600s");
    return values;
  }

  private static void awaitAnswers(PrometheusServer prometheus, Map<String, String> asked)
      throws InterruptedException {
    Map<String, String> open = new LinkedHashMap<>(asked);
    Await.until(
        "every expression has an answer",
        WITHIN,
        () -> {
          for (Map.Entry<String, String> each : List.copyOf(open.entrySet())) {
            if (hasAnswer(prometheus, each.getKey(), each.getValue())) {
              open.remove(each.getKey());
            }
          }
          return open.isEmpty() ? null : "no answer to " + open;
        });
  }

  private static void awaitAnswer(PrometheusServer prometheus, String expression)
      throws InterruptedException {
    awaitAnswers(prometheus, Map.of(expression, expression));
  }

  private static boolean hasAnswer(PrometheusServer prometheus, String where, String expression)
      throws InterruptedException {
    try {
      return prometheus.hasAnswer(expression);
    } catch (IOException e) {
      // It will not become PromQL by waiting.
      throw new AssertionError(where + ": " + expression + ": " + e.getMessage(), e);
    }
  }

  private void assertAlertsFireForTheirCause(
      PrometheusServer prometheus, Stage stage, SampleFile file) throws Exception {
    List<String> caused =
        List.of(
            "BlockringWarmupNotDone",
            "BlockringOriginUnavailable",
            "BlockringReadsFailing",
            "BlockringNodeDown",
            "BlockringMemberAway");
    List<String> early = new ArrayList<>();
    for (String alert : caused) {
      if (prometheus.hasAnswer(firing(alert))) {
        early.add(alert);
      }
    }
    assertThat(early).as("alerts that fire without a cause").isEmpty();

    cachectl(stage, null, "warmup", "--wait", "/models/not-there");
    try (S3Reads dead = new S3Reads("of nothing", DEAD, stage.node(1).s3Endpoint())) {
      dead.read(file, 0, 1);
      assertThat(dead.findings().errors()).as("reads of a bucket that is not there").hasSize(1);
    }
    stage.node(3).kill();
    Map<String, String> expected = new LinkedHashMap<>();
    caused.stream()
        .filter(alert -> !alert.equals("BlockringReadsFailing"))
        .forEach(alert -> expected.put(alert, firing(alert)));
    awaitAnswers(prometheus, expected);
    System.out.println("DashboardsIT: firing, not before their cause: " + expected.keySet());
  }

  private static String firing(String alert) {
    return "ALERTS{alertname=\"" + alert + "\",alertstate=\"firing\"}";
  }

  private static void assertScrapesAreCheapAndBounded(PrometheusServer prometheus, double before)
      throws IOException, InterruptedException {
    double series = most(prometheus, "max(max_over_time(scrape_samples_scraped[1h]))");
    double seconds = most(prometheus, "max(quantile_over_time(0.5, scrape_duration_seconds[1h]))");
    System.out.printf(
        "DashboardsIT: %.0f samples a scrape before any read, %.0f at most; median scrape %.0f ms%n",
        before, series, seconds * 1e3);
    assertThat(series).as("series do not grow with what is read").isEqualTo(before);
    assertThat(series).as("samples of one node with three mounts").isLessThan(1_000);
    assertThat(seconds).as("median scrape").isLessThan(1);
  }

  private static double most(PrometheusServer prometheus, String expression)
      throws IOException, InterruptedException {
    return prometheus.samples(expression).stream().mapToDouble(value -> value).max().orElseThrow();
  }

  /** One reader after the other, so that one thread reads through every node. */
  private static final class InTurn implements RangeReader {
    private final List<S3Reads> readers;
    private final Findings findings = new Findings("in turn");
    private int next;

    InTurn(List<S3Reads> readers) {
      this.readers = readers;
    }

    @Override
    public @Nullable String read(SampleFile file, long offset, int length) {
      S3Reads reader = readers.get(next++ % readers.size());
      String error = reader.read(file, offset, Math.min(length, LONGEST_READ_BYTES));
      findings.ended();
      return error;
    }

    @Override
    public Findings findings() {
      return findings;
    }

    @Override
    public void close() {}
  }

  private static void cachectl(Stage stage, @Nullable Integer status, String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.add("--address=127.0.0.1:" + stage.node(1).ports().admin());
    PrintStream out = System.out;
    Environment environment = new Environment(Map.of(), out, out, out, false, Thread::sleep);
    int ended = Cachectl.run(environment, command.toArray(String[]::new));
    if (status != null) {
      assertThat(ended).as("status of cachectl " + command).isEqualTo(status);
    }
  }
}
