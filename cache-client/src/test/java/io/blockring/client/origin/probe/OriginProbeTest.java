package io.blockring.client.origin.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.probe.Finding.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OriginProbeTest {
  private final FakeOrigin origin = new FakeOrigin().with("a", 10).with("b", 100_000).with("c", 0);
  private final OriginSettings settings = OriginSettings.at("s3://bucket").withRegion("eu-test-1");

  private ProbeReport run() {
    return run(settings, ProbePlan.DEFAULT);
  }

  private ProbeReport run(OriginSettings given, ProbePlan plan) {
    return new OriginProbe(
            (_, counters) -> {
              origin.counters = counters;
              return origin;
            })
        .run(given, plan);
  }

  private static Finding finding(ProbeReport report, String check) {
    return report.findings().stream()
        .filter(f -> f.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no finding " + check + " in " + report));
  }

  private void assertVerdict(String check, Verdict verdict, boolean isUsable) {
    ProbeReport report = run();
    assertThat(finding(report, check).verdict()).as(report.toString()).isEqualTo(verdict);
    assertThat(report.isUsable()).isEqualTo(isUsable);
  }

  @Test
  void a_good_origin_has_only_good_findings_and_its_largest_object_is_read() {
    ProbeReport report = run();

    assertThat(report.findings()).extracting(Finding::verdict).containsOnly(Verdict.OK);
    assertThat(report.findings())
        .extracting(Finding::check)
        .containsExactly(
            "list",
            "list-order",
            "list-paging",
            "get",
            "head",
            "identity",
            "range",
            "if-match",
            "speed");
    assertThat(report.key()).isEqualTo("b");
    assertThat(report.speed().samples()).isEqualTo(20);
    assertThat(report.speed().p50()).isLessThanOrEqualTo(report.speed().p99());
    assertThat(report.recommended().identityMode()).isEqualTo(IdentityMode.AUTO);
    assertThat(report.recommended().limits().firstByteTimeout())
        .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void an_unordered_listing_fails() {
    origin.isUnordered = true;
    assertVerdict("list-order", Verdict.FAILED, false);
  }

  @Test
  void a_listing_that_loses_names_between_pages_fails() {
    origin.isPagingLossy = true;
    assertVerdict("list-paging", Verdict.FAILED, false);
  }

  @Test
  void a_denied_listing_fails_but_a_named_object_is_still_read() {
    origin.refusing("list", Kind.DENIED);

    ProbeReport unnamed = run();
    assertThat(finding(unnamed, "list").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(finding(unnamed, "get").verdict()).isEqualTo(Verdict.SKIPPED);

    ProbeReport named = run(settings, new ProbePlan("a", 3, 1000, Duration.ofSeconds(5)));
    assertThat(finding(named, "range").verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void a_head_that_disagrees_with_get_fails() {
    origin.headSizeError = 1;
    assertVerdict("head", Verdict.FAILED, false);
  }

  @Test
  void a_denied_head_fails_with_the_buckets_words() {
    origin.refusing("head", Kind.DENIED);
    assertThat(finding(run(), "head").detail()).contains("head refused");
  }

  @Test
  void a_denied_get_leaves_the_rest_out() {
    origin.refusing("get", Kind.DENIED);
    ProbeReport report = run();
    assertThat(finding(report, "get").verdict()).isEqualTo(Verdict.FAILED);
    assertThat(finding(report, "speed").verdict()).isEqualTo(Verdict.SKIPPED);
  }

  @Test
  void a_weak_etag_is_a_warning_and_recommends_no_identity() {
    origin.identity = null;
    origin.etag = "W/\"e\"";
    assertVerdict("identity", Verdict.WARNING, true);
    assertThat(run().recommended().identityMode()).isEqualTo(IdentityMode.NONE);
  }

  @Test
  void version_ids_that_may_not_be_read_recommend_etags() {
    origin.identity = new Identity(Identity.Kind.VERSION_ID, "v1");
    origin.refusing("range", Kind.DENIED);
    assertVerdict("range", Verdict.FAILED, false);
    assertThat(run().recommended().identityMode()).isEqualTo(IdentityMode.ETAG);
  }

  @Test
  void other_bytes_in_a_range_fail() {
    origin.isRangeShifted = true;
    assertVerdict("range", Verdict.FAILED, false);
  }

  @Test
  void an_ignored_if_match_is_a_warning() {
    origin.ignoresIfMatch = true;
    assertVerdict("if-match", Verdict.WARNING, true);
  }

  @Test
  void an_empty_bucket_skips_what_needs_an_object() {
    origin.objects.clear();
    ProbeReport report = run();
    assertThat(finding(report, "get").verdict()).isEqualTo(Verdict.SKIPPED);
    assertThat(report.isUsable()).isTrue();
  }

  @Test
  void the_other_path_style_is_tried_when_the_one_set_does_not_reach_the_bucket() {
    FakeOrigin unreachable = new FakeOrigin().refusing("list", Kind.UNAVAILABLE);
    OriginSettings withEndpoint = settings.withEndpoint("http://minio:9000");
    OriginProbe probe = new OriginProbe((given, _) -> given.isPathStyle() ? origin : unreachable);

    ProbeReport report = probe.run(withEndpoint, ProbePlan.DEFAULT);

    assertThat(finding(report, "path-style").verdict()).isEqualTo(Verdict.WARNING);
    assertThat(report.recommended().isPathStyle()).isTrue();
    assertThat(finding(report, "range").verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void slow_first_bytes_recommend_larger_blocks_up_to_16_mib() {
    ProbeReport.Speed slow =
        new ProbeReport.Speed(
            20, Duration.ofMillis(30), Duration.ofMillis(40), Duration.ofSeconds(1), 100_000_000);
    ProbeReport report = Advice.report(settings, java.util.List.of(), "b", null, slow);
    assertThat(report.blockBytes()).isEqualTo(8 << 20);
    assertThat(report.recommended().limits().firstByteTimeout()).isEqualTo(Duration.ofSeconds(10));

    ProbeReport.Speed far =
        new ProbeReport.Speed(
            20, Duration.ofSeconds(1), Duration.ofSeconds(9), Duration.ofSeconds(9), 100_000_000);
    ProbeReport distant = Advice.report(settings, java.util.List.of(), "b", null, far);
    assertThat(distant.blockBytes()).isEqualTo(16 << 20);
    assertThat(distant.recommended().limits().firstByteTimeout()).isEqualTo(Duration.ofSeconds(60));
  }
}
