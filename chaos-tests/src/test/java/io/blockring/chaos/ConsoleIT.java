package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.admin.Address;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.demo.Await;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import io.blockring.demo.SampleFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The console of any node shows the whole cluster and changes it, in a real browser. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Path PICTURES = Path.of("target/console");
  private static final SampleFiles SAMPLES =
      new SampleFiles(Seed.of("ConsoleIT").value(), SampleFiles.SMALL);

  private static Stage stage;
  private static Chromium browser;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    Optional<Path> program = Chromium.program();
    Assumptions.assumeTrue(
        program.isPresent(), "no Chromium on PATH: the console was not opened in a browser");
    stage = Stage.open(directory, SAMPLES.all(), plan -> plan, 1, 2, 3);
    browser = new Chromium(program.get());
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
    if (stage != null) {
      stage.close();
    }
  }

  private static Page open(int node, String view) {
    Page page = browser.page(1440, 960, ColorScheme.LIGHT);
    show(page, node, view);
    return page;
  }

  private static void show(Page page, int node, String view) {
    page.navigate(stage.node(node).adminEndpoint() + "/ui/#/" + view);
    page.locator("#live[data-state=live]").waitFor();
  }

  private static void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
  }

  private static void awaitText(Locator place, String wanted) throws InterruptedException {
    awaitText(place, wanted, text -> text.contains(wanted));
  }

  private static void awaitText(
      Locator place, String wanted, java.util.function.Predicate<String> holds)
      throws InterruptedException {
    Await.until(
        place + " shows " + wanted,
        WITHIN,
        () -> {
          List<String> texts = place.allTextContents();
          return texts.stream().anyMatch(holds) ? null : "it shows " + texts;
        });
  }

  private static Locator node(Page page, int number) {
    return page.locator("tr[data-node=node-" + number + "]");
  }

  private static Json nodeAsSeenBy(int observer, String id) throws CommandFailure {
    Address address = new Address("127.0.0.1", stage.node(observer).ports().admin());
    AdminClient client = new AdminClient(List.of(address), Duration.ofSeconds(5));
    for (Json node : client.ask(Request.get("nodes")).json().objects("nodes")) {
      if (node.text("id").equals(id)) {
        return node;
      }
    }
    throw new AssertionError("node-" + observer + " knows no " + id);
  }

  private static void read(LocalNode node, SampleFile file) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI url = URI.create(node.s3Endpoint() + "/" + Stage.MOUNT + "/" + file.path());
      HttpResponse<byte[]> response =
          http.send(
              HttpRequest.newBuilder(url).timeout(WITHIN).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).hasSize((int) file.size());
    }
  }

  private static SampleFile largest() {
    return SAMPLES.all().stream()
        .max(java.util.Comparator.comparingLong(SampleFile::size))
        .orElseThrow();
  }

  /** Only what a test says is its doing may be in a browser's console. */
  @AfterEach
  void nothing_is_complained_about_and_nobody_else_is_asked() {
    assertThat(browser.takeComplaints()).as("consoles of the browser").isEmpty();
    List<String> ours =
        stage.nodes().stream().map(node -> node.adminEndpoint().toString()).toList();
    assertThat(browser.takeRequests())
        .as("requests")
        .isNotEmpty()
        .allSatisfy(url -> assertThat(ours).anyMatch(url::startsWith));
  }

  @Test
  void the_hit_rate_of_the_cluster_moves_whichever_node_reads() throws Exception {
    Page page = open(1, "overview");
    awaitText(page.locator("#node-count"), "3 of 3");
    SampleFile file = largest();
    read(stage.node(2), file);
    awaitText(page.locator("#hit-rate"), "a low rate", text -> percent(text) < 50);
    for (int i = 0; i < 5; i++) {
      read(stage.node(3), file);
      read(stage.node(2), file);
    }
    awaitText(page.locator("#hit-rate"), "a high rate", text -> percent(text) > 80);
    assertThat(page.locator(".chart .area.rung-peer").getAttribute("d")).contains("L");
    picture(page, "overview");
    page.context().close();
  }

  private static double percent(String text) {
    return text.matches("[0-9.]+ %") ? Double.parseDouble(text.replace(" %", "")) : Double.NaN;
  }

  @Test
  void a_weight_is_changed_in_a_dialog_and_the_ring_of_another_node_follows() throws Exception {
    Page page = open(1, "nodes");
    for (int number = 1; number <= 3; number++) {
      awaitText(node(page, number).locator(".pill"), "alive");
    }
    awaitText(node(page, 2).locator("td[data-label=Fill]"), "2.00 GiB");
    String ringBefore = Stage.status(stage.node(2)).text("ringFingerprint");

    node(page, 1).getByText("Weight…").click();
    assertThat(page.locator("#weight-now").textContent()).startsWith("1 ");
    page.locator("#weight").fill("5");
    awaitText(page.locator("dialog .hint"), "about 50.0 %");
    picture(page, "weight");
    page.locator("dialog button[type=submit]").click();
    awaitText(page.locator("#toast"), "node-1 has weight 5 now");

    Await.until(
        "node-2 has the new weight of node-1",
        WITHIN,
        () -> {
          try {
            Json seen = nodeAsSeenBy(2, "node-1");
            return seen.number("weight") == 5 ? null : "it has " + seen.number("weight");
          } catch (CommandFailure e) {
            return String.valueOf(e.getMessage());
          }
        });
    assertThat(Stage.status(stage.node(2)).text("ringFingerprint")).isNotEqualTo(ringBefore);
    // Shares are weights within the ring's tolerance.
    awaitText(
        node(page, 1).locator("td[data-label=Owns]"),
        "about a half",
        text -> percent(text) > 49 && percent(text) < 51);
    picture(page, "nodes");
    page.context().close();
  }

  @Test
  void what_the_node_refuses_is_shown_in_its_own_words() throws Exception {
    Page page = open(2, "nodes");
    node(page, 3).getByText("Weight…").click();
    // As if the field's own limit were not there.
    page.evaluate("document.querySelector('#weight').removeAttribute('max')");
    page.locator("#weight").fill("1000001");
    page.locator("dialog button[type=submit]").click();
    awaitText(page.locator("dialog .problem"), "must be a whole number from 0 to 1000000");
    page.keyboard().press("Escape");
    assertThat(page.locator("dialog").count()).isZero();
    // The browser itself notes every answer of 400.
    assertThat(browser.takeComplaints()).singleElement().asString().contains("400");

    node(page, 1).getByText("Maintenance…").click();
    page.locator("dialog button[type=submit]").click();
    awaitText(node(page, 1).locator("td[data-label=State]"), "maintenance, ");
    page.context().close();
  }

  @Test
  void a_directory_is_browsed_warmed_up_and_seen_to_be_verified_from_two_nodes() throws Exception {
    Page page = open(2, "browse/");
    page.getByText("models/", new Page.GetByTextOptions().setExact(true)).click();
    page.getByText("datasets/", new Page.GetByTextOptions().setExact(true)).click();
    page.locator("tr[data-path]").first().waitFor();
    page.getByText("models", new Page.GetByTextOptions().setExact(true)).click();
    page.getByText("sd/", new Page.GetByTextOptions().setExact(true)).click();
    page.getByText("vae/", new Page.GetByTextOptions().setExact(true)).click();
    Locator file = page.locator("tr[data-path$='.safetensors']");
    awaitText(file.locator(".meter-text"), "0 %");
    page.getByText("Warm up this directory").click();
    awaitText(page.locator(".warmup .pill"), "verified");
    awaitText(page.locator(".warmup .meter-text"), "100.0 %");
    awaitText(file.locator(".meter-text"), "100 %", text -> text.equals("100 %"));
    picture(page, "browse");

    Page other = open(3, "warmups");
    awaitText(other.locator(".warmup .sub"), "on node-2");
    awaitText(other.locator(".warmup .pill"), "verified");
    other.context().close();
    page.context().close();
  }

  @Test
  void fits_a_telephone_and_a_wide_screen_in_the_dark_as_well() {
    for (int width : List.of(400, 1000, 1600)) {
      Page page = browser.page(width, 900, ColorScheme.DARK);
      for (String view : List.of("overview", "nodes", "browse/models/sd/unet/", "warmups")) {
        show(page, 1, view);
        page.locator("main > *").first().waitFor();
        int wide = (Integer) page.evaluate("document.documentElement.scrollWidth");
        assertThat(wide).as(view + " at " + width).isLessThanOrEqualTo(width);
        picture(page, view.replaceAll("/.*", "") + "-" + width + "-dark");
      }
      page.context().close();
    }
  }

  @Test
  void a_node_that_wants_a_token_gets_one_from_the_form() throws Exception {
    Page page = browser.page(1000, 800, ColorScheme.LIGHT);
    page.route(
        "**/api/v1/**",
        route -> {
          if ("Bearer right".equals(route.request().headers().get("authorization"))) {
            route.resume();
          } else {
            route.fulfill(
                new Route.FulfillOptions().setStatus(401).setBody("{\"error\":{\"code\":\"x\"}}"));
          }
        });
    page.navigate(stage.node(1).adminEndpoint() + "/ui/");
    page.locator("#token").fill("wrong");
    page.keyboard().press("Enter");
    awaitText(page.locator("dialog .problem"), "The token was refused.");
    picture(page, "token");
    page.locator("#token").fill("right");
    page.keyboard().press("Enter");
    awaitText(page.locator("#node-count"), "3 of 3");
    page.reload();
    awaitText(page.locator("#node-count"), "3 of 3");
    assertThat(browser.takeComplaints()).allMatch(complaint -> complaint.contains("401"));
    page.context().close();
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void a_killed_node_is_away_and_the_others_consoles_go_on() throws Exception {
    Page ofTheDead = open(3, "overview");
    Page page = open(1, "nodes");
    stage.node(3).kill();
    awaitText(node(page, 3).locator(".pill"), "away", "away"::equals);
    // Not only degraded: a read that the kill broke off counts for a minute.
    awaitText(page.locator("#health"), "not healthy", text -> !text.equals("healthy"));
    awaitText(ofTheDead.locator("#banner-text"), "No figures from this node");
    picture(ofTheDead, "unreachable");

    show(page, 2, "overview");
    awaitText(page.locator(".problem-subject"), "node-3");
    awaitText(page.locator(".partial"), "Partial: without node-3");
    picture(page, "away");
    // The dead node's page says in its console that nobody answers.
    assertThat(browser.takeComplaints()).allMatch(text -> text.contains("net::ERR_"));
    ofTheDead.context().close();

    long start = System.nanoTime();
    int status = stage.node(2).terminate(Duration.ofSeconds(10));
    long millis = (System.nanoTime() - start) / 1_000_000;
    System.out.println("ConsoleIT: a node with a console open stopped in " + millis + " ms");
    assertThat(status).as("exit status after SIGTERM").isZero();
    assertThat(millis).isLessThan(8000);
    awaitText(page.locator("#banner-text"), "No figures from this node");
    assertThat(browser.takeComplaints()).allMatch(text -> text.contains("net::ERR_"));
    page.context().close();
  }
}
