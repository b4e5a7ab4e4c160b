package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What can be said of the dashboard, the rules and the runbook without running anything. */
class DashboardFilesTest {
  static final Path FOLDER = Path.of("../grafana");
  static final Path DASHBOARD = FOLDER.resolve("dashboards/blockring-cluster.json");
  static final Path RULES = FOLDER.resolve("prometheus/rules");
  private static final Path RUNBOOK = Path.of("../docs/operate/runbook.md");

  @Test
  void every_panel_says_which_question_it_answers_and_in_which_unit() throws Exception {
    ShippedDashboard dashboard = ShippedDashboard.read(DASHBOARD);
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard.panels()) {
      String title = panel.get("title").asText();
      assertThat(panel.path("description").asText()).as("description of " + title).isNotBlank();
      assertThat(panel.at("/fieldConfig/defaults/unit").asText())
          .as("unit of " + title)
          .isNotBlank();
      assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
      assertThat(ids.add(panel.get("id").asInt())).as("id of " + title + " is its own").isTrue();
    }
    assertThat(dashboard.json().get("uid").asText()).isEqualTo("blockring-cluster");
    assertThat(dashboard.panels()).hasSizeGreaterThan(50);
  }

  @Test
  void every_alert_has_a_severity_a_summary_and_a_chapter_of_the_runbook() throws Exception {
    Set<String> chapters =
        Files.readAllLines(RUNBOOK).stream()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3).toLowerCase(Locale.ROOT).replace(' ', '-'))
            .collect(Collectors.toSet());
    Set<String> named = new HashSet<>();
    for (ShippedRules.Alert alert : ShippedRules.read(RULES).alerts()) {
      assertThat(alert.labels().get("severity")).as(alert.name()).isIn("critical", "warning");
      assertThat(alert.annotation("summary")).isNotBlank();
      String[] url = alert.annotation("runbook_url").split("#", -1);
      assertThat(url[0]).as(alert.name()).endsWith("docs/operate/runbook.md");
      assertThat(chapters).as("chapter of " + alert.name()).contains(url[1]);
      named.add(url[1]);
    }
    assertThat(named).as("every chapter is of an alert").isEqualTo(chapters);
  }

  @Test
  void every_alert_is_shown_to_fire_by_the_rules_own_test() throws Exception {
    String test = Files.readString(FOLDER.resolve("prometheus/alerts_test.yml"));
    for (ShippedRules.Alert alert : ShippedRules.read(RULES).alerts()) {
      assertThat(test).contains("labels: '{alertname=\"" + alert.name() + "\"}'");
    }
    promtool("test", "rules", "alerts_test.yml");
  }

  @Test
  void promtool_takes_the_configurations_and_the_rules() throws Exception {
    promtool("check", "config", "prometheus.yml");
    promtool("check", "config", "discovery-examples.yml");
    promtool("check", "rules", "rules/blockring-recording.yml", "rules/blockring-alerts.yml");
  }

  private static void promtool(String... arguments) throws Exception {
    Path promtool = PrometheusServer.onPath("promtool");
    Assumptions.assumeTrue(promtool != null, "promtool is not on the PATH (Debian: prometheus)");
    List<String> command = new java.util.ArrayList<>(List.of("" + promtool));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(FOLDER.resolve("prometheus").toFile())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(command + " ends").isTrue();
    assertThat(process.exitValue()).as(command + "\n" + output).isZero();
  }
}
