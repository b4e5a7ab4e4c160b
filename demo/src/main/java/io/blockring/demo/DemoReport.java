package io.blockring.demo;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.screen.Human;
import io.blockring.client.ladder.Rung;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.RungTable.Through;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What the demo measured, and whether all of it was right. */
final class DemoReport {
  private final PrintStream out;
  private final LocalCluster cluster;
  private final DemoOrigin origin;
  private final RungTable table;
  private final LadderReads reads;

  DemoReport(
      PrintStream out,
      LocalCluster cluster,
      DemoOrigin origin,
      RungTable table,
      LadderReads reads) {
    this.out = out;
    this.cluster = cluster;
    this.origin = origin;
    this.table = table;
    this.reads = reads;
  }

  /** Returns whether all was right. */
  boolean print() throws CommandFailure {
    out.println();
    table.print(out);
    out.println();
    printHitRate();
    checkRungs();
    if (origin.bucket() != null) {
      checkBucket(origin.bucket().proxy().traffic());
    }
    printVerdict();
    return reads.problemCount() == 0;
  }

  private void printHitRate() throws CommandFailure {
    ClusterStatus.Traffic traffic = ClusterStatus.traffic(cluster);
    out.printf(
        Locale.ROOT,
        "hit rate  %.1f %% = 1 - %s from the bucket for readers / %s delivered%n",
        traffic.hitRatePercent(),
        Human.bytes(traffic.originBytes()),
        Human.bytes(traffic.deliveredBytes()));
  }

  private void checkRungs() {
    for (Rung rung : List.of(Rung.MEMORY, Rung.SSD, Rung.PEER, Rung.ORIGIN)) {
      if (table.reads(Through.S3, rung) == 0) {
        reads.problem("no read was answered from rung '" + rung.label() + "'");
      }
    }
  }

  /** Two mounts were read completely, so each byte had to leave the bucket twice, and no more. */
  private void checkBucket(OriginTraffic traffic) {
    long unique = 2 * origin.files().bytes();
    long fetched = traffic.bytes(Operation.GET);
    out.printf(
        Locale.ROOT,
        "bucket    %,d GET, %s = %.4f x the %s that were needed; %,d HEAD, %,d LIST%n",
        traffic.requests(Operation.GET),
        Human.bytes(fetched),
        (double) fetched / unique,
        Human.bytes(unique),
        traffic.requests(Operation.HEAD),
        traffic.requests(Operation.LIST));
    if (fetched != unique) {
      reads.problem("the bucket sent " + fetched + " bytes, " + unique + " were needed");
    }
  }

  private void printVerdict() {
    out.printf(Locale.ROOT, "checked   %,d reads, %s: ", table.reads(), Human.bytes(table.bytes()));
    if (reads.problemCount() == 0) {
      out.println("every byte right");
      return;
    }
    out.printf(Locale.ROOT, "%,d problems%n", reads.problemCount());
    reads.problems().forEach(problem -> out.println("  " + problem));
  }
}
