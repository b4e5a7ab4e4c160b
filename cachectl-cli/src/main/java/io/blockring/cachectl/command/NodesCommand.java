package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.screen.Human;
import io.blockring.cachectl.screen.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "nodes",
    description = "Lists the cluster's nodes: state, weight, share of the ring, what they hold.",
    footerHeading = "%nExamples:%n",
    footer = {"  cachectl nodes", "  cachectl nodes -o json | jq '.nodes[].id'"})
final class NodesCommand implements Callable<Integer> {
  private final Invocation invocation;

  NodesCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Answer answer = invocation.client().ask(Request.get("nodes"));
    show(invocation, answer, answer.json().objects("nodes"));
    return 0;
  }

  /** Also for those commands that answer with one node. */
  static void show(Invocation invocation, Answer answer, List<Json> nodes) throws CommandFailure {
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
      return;
    }
    Table table =
        new Table("NODE", "STATE", "ZONE", ">WEIGHT", ">OWNS", ">HOLDS", ">OF", "ADMIN", "NOTE");
    for (Json node : nodes) {
      Json store = node.objectOrNull("store");
      table.add(
          node.text("id"),
          node.text("state"),
          node.text("zone"),
          node.number("weight") + (node.flag("weightIsPinned") ? " pinned" : ""),
          Human.percent(node.decimal("ownedPercent")),
          store == null ? "-" : Human.bytes(store.number("bytes")),
          store == null ? "-" : Human.bytes(store.number("budgetBytes")),
          node.text("adminAddress"),
          note(node));
    }
    table.print(invocation.out());
  }

  private static String note(Json node) throws CommandFailure {
    List<String> notes = new ArrayList<>();
    if (node.flag("isolated")) {
      String because = node.text("isolatedBecause");
      notes.add(because.isEmpty() ? "isolated" : "isolated: " + because);
    }
    if (node.flag("draining")) {
      notes.add("draining");
    }
    long until = node.number("maintenanceUntilEpochMillis");
    if (until != 0) {
      notes.add("maintenance until " + Human.instant(until));
    }
    if (!node.text("state").equals("alive")) {
      notes.add("unseen for " + Human.millis(node.number("unseenMillis")));
    }
    if (!node.text("askedLast").isEmpty()) {
      notes.add("asked last by " + node.text("askedLast"));
    }
    return String.join(", ", notes);
  }
}
