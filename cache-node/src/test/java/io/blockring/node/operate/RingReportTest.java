package io.blockring.node.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.node.book.Book;
import io.blockring.node.config.ClusterSettings;
import io.blockring.node.figures.Gatherer;
import io.blockring.node.figures.Sample;
import io.blockring.node.figures.SampleWire;
import io.blockring.node.http.admin.RingChange;
import io.blockring.node.http.admin.RingPlan;
import io.blockring.node.http.admin.RingStatus;
import io.blockring.node.membership.BookAlone;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.MemberAddress;
import io.blockring.ring.RingMember;
import io.blockring.wire.v1.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node alone in its cluster, with half of its 8 GiB full. */
class RingReportTest {
  private static final long GIB = 1L << 30;

  @TempDir Path directory;
  private Cluster cluster;
  private RingReport report;

  @BeforeEach
  void start() {
    cluster =
        new Cluster(
            "a",
            new ClusterSettings("test", List.of(), 0, Duration.ofMinutes(10), 12, 20_000, 0),
            Book.open(directory.resolve("book"), "a"),
            new BookAlone(),
            (peer, message, deadline) -> {
              throw new IOException("nobody else");
            },
            List::of,
            Duration.ofSeconds(2));
    cluster.start(() -> 8, "", new MemberAddress("127.0.0.1", 1, 2, 3, 4));
    report = new RingReport(cluster, 1 << 30);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shows_what_is_where_and_what_should_be() {
    RingStatus.Share share = report.now(gathered()).members().getFirst();
    assertThat(share.slots()).isEqualTo(4096);
    assertThat(share.fillPercent()).isEqualTo(50);
    assertThat(share.expectedFillPercent()).isEqualTo(50);
  }

  @Test
  void a_new_node_takes_its_part_of_the_bytes() throws Exception {
    RingPlan plan = report.plan(change(Set.of(), new RingMember("b", 8, "")), gathered());
    assertThat(plan.bytesToMove()).isBetween(19 * GIB / 10, 21 * GIB / 10);
    assertThat(plan.refusal()).isEmpty();
    assertThat(cluster.view().ring().members()).as("nothing changes").hasSize(1);
    RingPlan tiny = report.plan(change(Set.of("a"), new RingMember("b", 1, "")), gathered());
    assertThat(tiny.refusal())
        .isEqualTo(
            "4.0 GiB would come to members that have no room for 3.0 GiB of it:"
                + " b would hold 4.0 GiB of 1.0 GiB");
  }

  @Test
  void names_who_is_no_member_and_who_is_one_already() {
    assertThatThrownBy(() -> report.plan(RingChange.ofWeight("x", 1), gathered()))
        .hasMessage("no member has the id 'x'");
    assertThatThrownBy(() -> report.plan(RingChange.ofRemoval("x"), gathered()))
        .hasMessage("no member has the id 'x'");
    assertThatThrownBy(() -> report.plan(change(Set.of(), new RingMember("a", 1, "")), gathered()))
        .hasMessage("node a is a member already");
  }

  @Test
  void the_last_weight_is_not_taken_away() throws Exception {
    assertThat(report.plan(RingChange.ofWeight("a", 0), gathered()).refusal())
        .isEqualTo("no member would have weight: every read would go to the bucket");
  }

  private static RingChange change(Set<String> removed, RingMember... added) {
    return new RingChange(List.of(added), removed, Map.of());
  }

  private static Gatherer.Gathered gathered() {
    Sample sample = new Sample(0, 0, 0, 0, 0, 0, 0, 1024, 4 * GIB, 8 * GIB);
    Figures figures = Figures.newBuilder().addSamples(SampleWire.wire(sample, 0)).build();
    return new Gatherer.Gathered(0, Map.of("a", figures), List.of());
  }
}
