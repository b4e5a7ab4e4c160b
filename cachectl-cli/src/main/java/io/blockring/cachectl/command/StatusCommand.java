package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.screen.Human;
import io.blockring.cachectl.screen.Table;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "status",
    description = {
      "Says whether the cluster is well, and what is not.",
      "Ends with 0: all is well; 1: something is broken and readers do not notice; 2: readers do."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl status",
      "  cachectl status -o json",
      "  cachectl status || page-someone"
    })
final class StatusCommand implements Callable<Integer> {
  private final Invocation invocation;

  StatusCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Answer answer = invocation.client().ask(Request.get("status"));
    Json status = answer.json();
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
    } else {
      print(status);
    }
    return switch (status.text("health")) {
      case "ok" -> ExitCode.OK.code();
      case "degraded" -> ExitCode.DEGRADED.code();
      default -> ExitCode.READERS_AFFECTED.code();
    };
  }

  private void print(Json status) throws CommandFailure {
    PrintStream out = invocation.out();
    out.println(
        "cluster " + status.text("cluster") + ": " + status.text("health").replace('_', ' '));
    Json store = status.object("clusterStore");
    Json traffic = status.object("clusterTraffic");
    Table table = new Table("", "");
    table.add("  nodes", status.number("aliveNodes") + " of " + status.number("nodes") + " alive");
    table.add(
        "  ring", "epoch " + status.number("ringEpoch") + ", " + status.text("ringFingerprint"));
    table.add(
        "  answered by",
        status.text("answeringNode")
            + ", version "
            + status.text("version")
            + ", up "
            + Human.millis(status.number("uptimeMillis")));
    table.add(
        "  store",
        Human.bytes(store.number("bytes"))
            + " of "
            + Human.bytes(store.number("budgetBytes"))
            + ", "
            + store.number("blocks")
            + " blocks");
    table.add(
        "  hit rate",
        Human.percent(traffic.decimal("hitRatePercent"))
            + " of "
            + Human.bytes(traffic.number("deliveredBytes"))
            + " delivered");
    List<Json> unanswered = status.objects("unanswered");
    if (!unanswered.isEmpty()) {
      table.add("  without", names(unanswered));
    }
    table.printRows(out);
    List<Json> problems = status.objects("problems");
    for (Json problem : problems) {
      out.println(
          problem.text("severity").replace('_', ' ')
              + ": "
              + problem.text("subject")
              + ": "
              + problem.text("message")
              + " ("
              + problem.text("code")
              + ")");
    }
  }

  private static String names(List<Json> nodes) throws CommandFailure {
    List<String> names = new ArrayList<>();
    for (Json node : nodes) {
      names.add(node.text("node"));
    }
    return String.join(", ", names);
  }
}
