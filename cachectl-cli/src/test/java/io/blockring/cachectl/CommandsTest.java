package io.blockring.cachectl;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.cachectl.FakeNode.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each command asks, shows and ends with. */
@Timeout(30)
class CommandsTest {
  @TempDir Path directory;
  private final Cli cli = new Cli();
  private FakeNode node;

  @BeforeEach
  void start() throws IOException {
    node = new FakeNode();
    cli.variables.put("CACHECTL_ADDRESS", node.address());
    cli.variables.put("XDG_CONFIG_HOME", directory.toString());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private String lastRequest() {
    return node.requests.getLast();
  }

  @Test
  void status_prints_what_is_degraded_and_ends_with_1() {
    Cli.Run run = cli.run("status");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            cluster models: degraded
              nodes        2 of 3 alive
              ring         epoch 7, 5f0c2a91d37be644
              answered by  gpu-01, version 0.1.0, up 1 d 2 h
              store        200.0 GiB of 2.0 TiB, 51200 blocks
              hit rate     93.75 % of 7.5 GiB delivered
              without      gpu-03
            degraded: gpu-03: unseen for 42 s; its blocks are read from the next owners (node_away)
            """);
  }

  @Test
  void status_ends_with_0_when_well_and_2_when_readers_notice() {
    String example = node.example("GET /api/v1/status");
    String well = "\"health\": \"degraded\"";
    node.script(
        "GET /api/v1/status",
        Reply.json(example.replace(well, "\"health\": \"ok\"")),
        Reply.json(example.replace(well, "\"health\": \"readers_affected\"")));
    assertThat(cli.run("status").code()).isEqualTo(0);
    assertThat(cli.run("status").code()).isEqualTo(2);
  }

  @Test
  void status_before_the_first_read_has_no_hit_rate() {
    node.script(
        "GET /api/v1/status",
        Reply.json(
            node.example("GET /api/v1/status")
                .replace("\"hitRatePercent\": 93.75", "\"hitRatePercent\": null")));
    assertThat(cli.run("status").out()).contains("hit rate     - of");
  }

  @Test
  void json_output_is_the_nodes_own_answer_to_the_digit() {
    for (var command :
        Map.of(
                "status", "GET /api/v1/status",
                "nodes", "GET /api/v1/nodes",
                "mounts", "GET /api/v1/mounts")
            .entrySet()) {
      assertThat(cli.run(command.getKey(), "-o", "json").out())
          .isEqualTo(node.example(command.getValue()) + "\n");
    }
  }

  @Test
  void nodes_and_mounts_are_tables() {
    assertThat(cli.run("nodes").out())
        .isEqualTo(
            """
            NODE    STATE  ZONE      WEIGHT     OWNS      HOLDS       OF  ADMIN          NOTE
            gpu-01  alive  a           1024  66.66 %  100.0 GiB  1.0 TiB  10.0.0.1:7073
            gpu-03  away   b     512 pinned  33.33 %          -        -  10.0.0.3:7073  unseen for 42 s, asked last by gpu-01: no sign of life for 1500 ms; for 3 s
            """);
    assertThat(cli.run("mounts").out())
        .isEqualTo(
            """
            MOUNT    LOCATION                ENDPOINT                  BLOCK  FRESHNESS  BYPASS
            /models  s3://acme-models/prod/  https://s3.example.com  4.0 MiB  ttl: 30s   off
            """);
  }

  @Test
  void node_commands_send_what_was_asked() {
    assertThat(cli.run("node", "weight", "gpu 7/a", "0").code()).isZero();
    assertThat(lastRequest()).isEqualTo("POST /api/v1/nodes/gpu%207%2Fa/weight {\"weight\":0}");
    assertThat(cli.run("node", "maintenance", "gpu-01", "--for", "30m").out())
        .contains("maintenance until 2026-11-18T11:36:40Z");
    assertThat(lastRequest())
        .isEqualTo("POST /api/v1/nodes/gpu-01/maintenance {\"forSeconds\":1800}");
    assertThat(cli.run("node", "remove", "gpu-03").out()).isEqualTo("removed gpu-03\n");
    assertThat(lastRequest()).isEqualTo("POST /api/v1/nodes/gpu-03/remove {}");
    assertThat(cli.run("node", "isolate", "gpu-01", "--because", "its disk lies").out())
        .contains("isolated: its disk lies");
    assertThat(lastRequest())
        .isEqualTo("POST /api/v1/nodes/gpu-01/isolate {\"because\":\"its disk lies\"}");
    assertThat(cli.run("node", "readmit", "gpu-01").out()).doesNotContain("isolated");
    assertThat(lastRequest()).isEqualTo("POST /api/v1/nodes/gpu-01/readmit {}");
  }

  private Cli.Run drain(String finalAnswer, String... more) {
    String moving = node.example("GET /api/v1/nodes/{node}/handoff").replace("{node}", "gpu-01");
    node.script(
        "GET /api/v1/nodes/gpu-01/handoff",
        Reply.json(moving),
        Reply.json(moving),
        Reply.json(finalAnswer));
    List<String> arguments = new ArrayList<>(List.of("node", "drain", "gpu-01", "--wait"));
    arguments.addAll(List.of(more));
    return cli.run(arguments.toArray(new String[0]));
  }

  private String handoff(String phase, int leftBlocks) {
    return node.example("GET /api/v1/nodes/{node}/handoff")
        .replace("\"moving\"", "\"" + phase + "\"")
        .replace("\"leftBlocks\": 1", "\"leftBlocks\": " + leftBlocks);
  }

  @Test
  void a_drain_that_is_waited_for_ends_as_it_ended() {
    Cli.Run done = drain(handoff("safe_to_stop", 0), "--rate", "2GB/s");
    assertThat(done.code()).isZero();
    assertThat(node.requests)
        .contains(
            "POST /api/v1/nodes/gpu-01/drain {\"bytesPerSecond\":2000000000,\"force\":false}");
    assertThat(done.err())
        .isEqualTo(
            """
            starting 0 %, 0 B of 0 B, 0 B/s
            moving 40 %, 160.0 MiB of 400.0 MiB, 40.0 MiB/s, 5 s left
            """);
    assertThat(done.out())
        .isEqualTo("safe to stop: 160.0 MiB handed over, 120.0 MiB of it moved in 3 s\n");

    Cli.Run left = drain(handoff("safe_to_stop", 1));
    assertThat(left.code()).isEqualTo(4);
    assertThat(left.out())
        .endsWith("left behind: 1 blocks, 4.0 MiB: block 1 is larger than any there\n");

    Cli.Run late = drain(handoff("safe_to_stop", 0), "--deadline", "0s");
    assertThat(late.code()).isEqualTo(3);
    assertThat(late.out()).endsWith("the drain goes on; cachectl node undrain gpu-01 ends it\n");

    Cli.Run ended =
        drain(handoff("moving", 0).replace("\"draining\": true", "\"draining\": false"));
    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.out()).startsWith("ended before it was done");

    assertThat(cli.run("node", "drain", "gpu-01", "--rate", "fast").code()).isEqualTo(64);
    assertThat(cli.run("node", "undrain", "gpu-01").out())
        .isEqualTo("gpu-01 is not drained any more\n");
    cli.run("node", "drain", "gpu-01", "--dry-run");
    assertThat(lastRequest()).isEqualTo("GET /api/v1/ring/plan?weight=gpu-01%3D0");
  }

  @Test
  void a_drain_on_a_terminal_is_a_bar_and_as_json_a_document_for_each_state() {
    Cli.Run json = drain(handoff("safe_to_stop", 0), "-o", "json");
    assertThat(json.out().split("\"node\"", -1)).hasSize(4);
    cli.isTerminal = true;
    assertThat(drain(handoff("safe_to_stop", 0)).err())
        .contains("\r[########............] moving 40 %")
        .endsWith("\r");
  }

  @Test
  void what_does_not_fit_can_be_forced_and_looked_at_before() {
    cli.run("node", "weight", "gpu-01", "0", "--force");
    assertThat(lastRequest())
        .isEqualTo("POST /api/v1/nodes/gpu-01/weight {\"weight\":0,\"force\":true}");
    cli.run("node", "remove", "gpu-03", "--force");
    assertThat(lastRequest()).isEqualTo("POST /api/v1/nodes/gpu-03/remove {\"force\":true}");
    cli.run("node", "weight", "gpu-01", "0", "--dry-run");
    assertThat(lastRequest()).isEqualTo("GET /api/v1/ring/plan?weight=gpu-01%3D0");
    cli.run("node", "remove", "gpu-03", "--dry-run");
    assertThat(lastRequest()).isEqualTo("GET /api/v1/ring/plan?remove=gpu-03");
  }

  @Test
  void repair_is_started_and_never_by_accident() {
    assertThat(cli.run("repair").code()).isEqualTo(64);
    assertThat(cli.run("repair", "--start").out()).isEqualTo("not waited for any longer: gpu-03\n");
    assertThat(lastRequest()).isEqualTo("POST /api/v1/repair/start {}");
    node.script("POST /api/v1/repair/start", Reply.json("{\"nodes\": []}"));
    assertThat(cli.run("repair", "--start").out()).startsWith("all nodes are alive");
  }

  @Test
  void ring_is_a_table() {
    assertThat(cli.run("ring").out())
        .isEqualTo(
            """
            epoch 7, 262144 slots, ring 5f0c2a91d37be644
            NODE    WEIGHT   SLOTS     OWNS      HOLDS    FILL  EXPECTED         TO MOVE
            gpu-01    1024  174800  66.67 %  100.0 GiB  9.76 %   13.02 %  240.0 MiB, 5 s
            gpu-03     512   87344  33.31 %          -       -         -               -
            """);
    node.script(
        "GET /api/v1/ring",
        Reply.json(node.example("GET /api/v1/ring").replace("419430400", "167772160")));
    assertThat(cli.run("ring").out()).contains("13.02 %  96 slots");
  }

  @Test
  void ring_plan_asks_for_the_whole_change_and_ends_with_65_when_it_would_be_refused() {
    Cli.Run run =
        cli.run(
            "ring",
            "plan",
            "--add",
            "gpu-04:512:b",
            "--add",
            "gpu-05:1",
            "--remove",
            "gpu-02",
            "--weight",
            "gpu-01=512");
    assertThat(lastRequest())
        .isEqualTo(
            "GET /api/v1/ring/plan?add=gpu-04%3A512%3Ab%2Cgpu-05%3A1&remove=gpu-02"
                + "&weight=gpu-01%3D512");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            33.57 % of the slots change owners: 50.0 GiB to move, 53 s at 953.7 MiB/s each
            NODE         WEIGHT                OWNS      HOLDS       OUT        IN         OF    FILL
            gpu-01  1024 -> 512  66.67 % -> 33.33 %  100.0 GiB  50.0 GiB       0 B    1.0 TiB  4.88 %
            gpu-03          512             33.33 %          -         -         -          -       -
            gpu-04     0 -> 512      0 % -> 33.33 %        0 B       0 B  50.0 GiB  512.0 GiB  9.76 %
            """);
    node.script(
        "GET /api/v1/ring/plan",
        Reply.json(
            node.example("GET /api/v1/ring/plan")
                .replace("\"refusal\": \"\"", "\"refusal\": \"no room\"")
                .replace("\"bytesToFetch\": 0", "\"bytesToFetch\": 1024")));
    Cli.Run refused = cli.run("ring", "plan", "--weight", "gpu-01=512");
    assertThat(refused.code()).isEqualTo(65);
    assertThat(refused.out())
        .contains("; 1.0 KiB to read again from buckets\n")
        .endsWith("would be refused: no room\n");
  }

  @Test
  void bypass_needs_a_time_to_be_switched_on() {
    assertThat(cli.run("bypass", "models", "on", "--for", "10m").code()).isZero();
    assertThat(lastRequest())
        .isEqualTo("POST /api/v1/mounts/models/bypass {\"on\":true,\"forSeconds\":600}");
    assertThat(cli.run("bypass", "/models", "off").code()).isZero();
    assertThat(lastRequest()).isEqualTo("POST /api/v1/mounts/models/bypass {\"on\":false}");
    Cli.Run run = cli.run("bypass", "models", "on");
    assertThat(run.code()).isEqualTo(64);
    assertThat(run.err()).contains("--for");
  }

  @Test
  void ls_shows_a_directory_page_after_page() {
    String page = node.example("GET /api/v1/list");
    node.script(
        "GET /api/v1/list",
        Reply.json(page.replace("\"nextStartAfter\": \"\"", "\"nextStartAfter\": \"sd/u&x\"")),
        Reply.json("{\"path\":\"/models/sd/\",\"entries\":[],\"nextStartAfter\":\"\"}"));
    assertThat(cli.run("ls", "/models/sd").out())
        .isEqualTo(
            """
                     -  -                     /models/sd/text/
              10.0 MiB  2026-11-18T11:06:40Z  /models/sd/unet.safetensors
            """);
    assertThat(node.requests)
        .containsExactly(
            "GET /api/v1/list?path=%2Fmodels%2Fsd%2F&limit=1000&delimiter=%2F",
            "GET /api/v1/list?path=%2Fmodels%2Fsd%2F&limit=1000&delimiter=%2F&start-after=sd%2Fu%26x");
  }

  @Test
  void ls_stops_at_the_limit_and_prints_exact_sizes_as_json() {
    assertThat(cli.run("ls", "-r", "/models/sd/", "--limit", "2", "-o", "json").out())
        .contains(
            "\"path\":\"/models/sd/unet.safetensors\",\"isPrefix\":false,\"sizeBytes\":10485760");
    assertThat(lastRequest()).isEqualTo("GET /api/v1/list?path=%2Fmodels%2Fsd%2F&limit=2");
  }

  @Test
  void ls_of_an_object_shows_it_and_of_nothing_ends_with_66() {
    String nothing = "{\"path\":\"x\",\"entries\":[],\"nextStartAfter\":\"\"}";
    node.script(
        "GET /api/v1/list",
        Reply.json(nothing),
        Reply.json(
            "{\"path\":\"x\",\"entries\":[{\"path\":\"/models/a\",\"isPrefix\":false,\"sizeBytes\":7,"
                + "\"etag\":\"\",\"lastModifiedEpochMillis\":0}],\"nextStartAfter\":\"a\"}"));
    assertThat(cli.run("ls", "/models/a").out())
        .isEqualTo("       7 B  -                     /models/a\n");
    node.script("GET /api/v1/list", Reply.json(nothing));
    Cli.Run run = cli.run("ls", "/models/b");
    assertThat(run.code()).isEqualTo(66);
    assertThat(run.err()).isEqualTo("cachectl: nothing is at or below /models/b\n");
    assertThat(cli.run("ls", "/models").code()).as("an empty mount").isZero();
  }

  @Test
  void stat_shows_the_residency_and_who_did_not_answer() {
    assertThat(cli.run("stat", "/models/sd/unet.safetensors").out())
        .isEqualTo(
            """
            path      /models/sd/unet.safetensors
            size      10.0 MiB (10485760 bytes)
            identity  e:"9b2cf5"
            modified  2026-11-18T11:06:40Z
            type      application/octet-stream
            blocks    3 of 4.0 MiB
            resident  2 blocks, 8.0 MiB, 80 %

            NODE    BLOCKS     SIZE  SHARE
            gpu-01       2  8.0 MiB   80 %
            not counted: gpu-03 (no answer within 500 ms)
            """);
  }

  @Test
  void a_warmup_that_is_not_waited_for_is_only_started() {
    Cli.Run run = cli.run("warmup", "/models/sd", "/models/llm");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("w-1").contains("listing");
    assertThat(node.requests)
        .containsExactly("POST /api/v1/warmups {\"paths\":[\"/models/sd\",\"/models/llm\"]}");
  }

  private Cli.Run waitFor(String finalState, String... more) {
    String running = node.example("GET /api/v1/warmups/w-1");
    node.script(
        "GET /api/v1/warmups/w-1",
        Reply.json(running),
        Reply.json(running),
        Reply.json(running.replace("\"fetching\"", "\"" + finalState + "\"")));
    String[] arguments = new String[more.length + 3];
    arguments[0] = "warmup";
    arguments[1] = "/models/sd";
    arguments[2] = "--wait";
    System.arraycopy(more, 0, arguments, 3, more.length);
    return cli.run(arguments);
  }

  @Test
  void a_warmup_that_is_waited_for_ends_as_it_ended() {
    assertThat(waitFor("verified").code()).isEqualTo(0);
    assertThat(waitFor("incomplete").code()).isEqualTo(3);
    assertThat(waitFor("cancelled").code()).isEqualTo(3);
    assertThat(waitFor("does_not_fit").code()).isEqualTo(4);
    assertThat(waitFor("changed").code()).isEqualTo(5);
  }

  @Test
  void without_a_terminal_progress_is_lines_and_the_end_is_on_standard_output() {
    Cli.Run run = waitFor("incomplete");
    assertThat(cli.pauses).isEqualTo(3);
    assertThat(run.err())
        .isEqualTo(
            """
            listing 0 %, 0 B of 0 B so far, 0 B/s
            fetching 40 %, 160.0 MiB of 400.0 MiB, 40.0 MiB/s, 6 s left, 1 failed
            """);
    assertThat(run.out())
        .isEqualTo(
            """
            incomplete: 4 of 10 objects, 160.0 MiB of 400.0 MiB resident, 120.0 MiB fetched in 4 s
              /models/sd/vae.safetensors: the bucket refuses our credentials (403)
            """);
  }

  @Test
  void on_a_terminal_progress_is_a_bar_that_is_cleared() {
    cli.isTerminal = true;
    Cli.Run run = waitFor("verified");
    assertThat(run.err())
        .contains("\r[########............] fetching 40 %, 160.0 MiB of 400.0 MiB")
        .endsWith("\r");
    assertThat(run.out()).startsWith("verified: ");
  }

  @Test
  void as_json_each_new_state_is_one_document() throws CommandFailure {
    Cli.Run run = waitFor("verified", "-o", "json");
    assertThat(run.err()).isEmpty();
    List<String> documents = List.of(run.out().split("(?<=\n\\})\n+"));
    assertThat(documents).hasSize(3);
    assertThat(documents.getLast()).contains("\"verified\"");
  }

  @Test
  void warmups_are_listed_shown_and_cancelled() {
    node.script(
        "GET /api/v1/warmups",
        Reply.json("{\"warmups\":[" + node.example("GET /api/v1/warmups/w-1") + "]}"));
    node.script("DELETE /api/v1/warmups/w-1", Reply.json(node.example("GET /api/v1/warmups/w-1")));
    assertThat(cli.run("warmup", "list").out()).contains("w-1  gpu-01  fetching");
    assertThat(cli.run("warmup", "show", "w-1").out()).contains("vae.safetensors: the bucket");
    assertThat(cli.run("warmup", "cancel", "w-1").code()).isZero();
    assertThat(lastRequest()).isEqualTo("DELETE /api/v1/warmups/w-1");
  }

  @Test
  void mirror_status_shows_the_lag_and_what_went_wrong() {
    Cli.Run run = cli.run("mirror", "status");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("/models  s3://acme-models/prod/  copying  gpu-01   12  48.0 MiB  5 min 40 s")
        .contains("own answers, source left alone")
        .contains("/models: sd/vae.safetensors: overwritten while it was read");
    assertThat(cli.run("mirror", "status", "/models", "--output", "json").out())
        .contains("\"rateBytesPerSecond\"");
    assertThat(cli.run("mirror", "status", "other").code()).isEqualTo(66);
  }

  @Test
  void origin_probe_shows_findings_and_ends_with_the_worst() {
    Cli.Run run =
        cli.run("origin", "probe", "s3://m/p/", "--endpoint", "http://x:9000", "--path-style");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .isEqualTo(
            """
            CHECK       VERDICT  FOUND
            range       pass     206 with the asked bytes
            list-order  warn     names are not in UTF-8 byte order

            recommended settings of the mount:
              origin.pathStyle: true
            """);
    assertThat(lastRequest())
        .isEqualTo(
            "POST /api/v1/origin-probe {\"url\":\"s3://m/p/\",\"endpoint\":\"http://x:9000\","
                + "\"region\":\"\",\"pathStyle\":true}");
    String example = node.example("POST /api/v1/origin-probe");
    node.script(
        "POST /api/v1/origin-probe",
        Reply.json(example.replace("\"warn\"", "\"fail\"")),
        Reply.json(example.replace("\"warn\"", "\"skipped\"")));
    assertThat(cli.run("origin", "probe", "s3://m/").code()).isEqualTo(2);
    assertThat(cli.run("origin", "probe", "s3://m/").code()).isEqualTo(0);
  }

  @Test
  void completion_names_every_command() {
    String script = cli.run("completion", "bash").out();
    assertThat(script).contains("complete -F _complete_cachectl").contains("maintenance");
    assertThat(cli.run("completion", "zsh").out()).startsWith("autoload -U +X compinit");
  }

  private static String kept(int done, int absent, String refused, String next) {
    return """
        {"path": "/models/sd", "objects": 3, "doneBlocks": %d, "doneBytes": 4194304,
         "absentBlocks": %d, "refused": [%s], "unanswered": [], "nextStartAfter": "%s"}
        """
        .formatted(done, absent, refused, next);
  }

  @Test
  void pin_says_what_does_not_fit_what_is_missing_and_who_did_not_answer() {
    Cli.Run run = cli.run("pin", "/models/sd");
    assertThat(lastRequest()).isEqualTo("POST /api/v1/blocks/pin {\"path\":\"/models/sd\"}");
    assertThat(run.out())
        .isEqualTo(
            """
            /models/sd: pinned 11 blocks, 44.0 MiB, of 3 objects
            2 blocks are on no owner: cachectl warmup /models/sd, then again
            refused by gpu-02: 1 blocks: /nvme0: 871 of the 871 slots of 4194304 bytes that may be pinned are; the others are for what is not
            without gpu-03: not alive
            """);
    assertThat(run.code()).isEqualTo(4);
  }

  @Test
  void pin_goes_on_page_by_page_and_sums_up() {
    node.script(
        "POST /api/v1/blocks/pin",
        Reply.json(kept(1, 0, "", "/models/sd/b")),
        Reply.json(kept(2, 0, "", "")));
    Cli.Run run = cli.run("pin", "/models/sd");
    assertThat(run.out()).isEqualTo("/models/sd: pinned 3 blocks, 8.0 MiB, of 6 objects\n");
    assertThat(run.code()).isEqualTo(0);
    assertThat(lastRequest()).contains("\"startAfter\":\"/models/sd/b\"");
  }

  @Test
  void missing_blocks_are_a_task_for_pin_only() {
    node.script("POST /api/v1/blocks/pin", Reply.json(kept(1, 1, "", "")));
    assertThat(cli.run("pin", "/models/sd").code()).isEqualTo(3);
    node.script("POST /api/v1/blocks/evict", Reply.json(kept(1, 1, "", "")));
    assertThat(cli.run("evict", "/models/sd").code()).isEqualTo(0);
    node.script("POST /api/v1/blocks/unpin", Reply.json(kept(1, 1, "", "")));
    assertThat(cli.run("unpin", "/models/sd").out()).startsWith("/models/sd: unpinned 1 blocks");
  }

  @Test
  void unpin_of_everything_needs_no_objects() {
    node.script("POST /api/v1/blocks/unpin", Reply.json(kept(7, 0, "", "").replace("3,", "0,")));
    Cli.Run run = cli.run("unpin", "/");
    assertThat(run.out()).startsWith("/: unpinned 7 blocks");
    assertThat(run.code()).isEqualTo(0);
  }

  @Test
  void pin_of_nothing_says_so() {
    node.script("POST /api/v1/blocks/pin", Reply.json(kept(0, 0, "", "").replace("3,", "0,")));
    assertThat(cli.run("pin", "/models/sd").code()).isEqualTo(66);
  }
}
