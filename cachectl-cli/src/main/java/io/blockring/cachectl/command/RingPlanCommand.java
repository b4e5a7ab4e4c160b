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
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    description = {
      "Says what a change of the nodes would do, and changes nothing: what moves, how long that takes,",
      "how full each node is then. Ends with 65 when the change would be refused."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl ring plan --add gpu-09:3500:b --add gpu-10:3500:b",
      "  cachectl ring plan --remove gpu-07 --weight gpu-01=7000"
    })
final class RingPlanCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(names = "--add", paramLabel = "ID:WEIGHT[:ZONE]", description = "A node that is to join.")
  private List<String> added = List.of();

  @Option(names = "--remove", paramLabel = "ID", description = "A node that is to leave.")
  private List<String> removed = List.of();

  @Option(
      names = "--weight",
      paramLabel = "ID=WEIGHT",
      description = "A node that is to have another weight.")
  private List<String> weights = List.of();

  RingPlanCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Request request = Request.get("ring", "plan");
    request = with(request, "add", added);
    request = with(request, "remove", removed);
    return show(invocation, with(request, "weight", weights));
  }

  private static Request with(Request request, String name, List<String> values) {
    return values.isEmpty() ? request : request.with(name, String.join(",", values));
  }

  /** What a change of one node would do. */
  static int dryRun(Invocation invocation, String name, String value) throws CommandFailure {
    return show(invocation, Request.get("ring", "plan").with(name, value));
  }

  private static int show(Invocation invocation, Request request) throws CommandFailure {
    Answer answer = invocation.client().ask(request);
    Json plan = answer.json();
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
    } else {
      print(invocation.out(), plan);
    }
    return (plan.text("refusal").isEmpty() ? ExitCode.OK : ExitCode.CONFLICT).code();
  }

  private static void print(PrintStream out, Json plan) throws CommandFailure {
    long fetched = plan.number("bytesToFetch");
    out.println(
        Human.percent(100.0 * plan.number("movedSlots") / plan.number("slots"))
            + " of the slots change owners: "
            + Human.bytes(plan.number("bytesToMove"))
            + " to move, "
            + Human.millis(plan.number("millis"))
            + " at "
            + Human.bytes(plan.number("rateBytesPerSecond"))
            + "/s each"
            + (fetched == 0 ? "" : "; " + Human.bytes(fetched) + " to read again from buckets"));
    Table table = new Table("NODE", ">WEIGHT", ">OWNS", ">HOLDS", ">OUT", ">IN", ">OF", ">FILL");
    for (Json member : plan.objects("members")) {
      Json store = member.objectOrNull("store");
      table.add(
          member.text("id"),
          change(
              Long.toString(member.number("weight")), Long.toString(member.number("weightAfter"))),
          change(
              Human.percent(member.decimal("ownedPercent")),
              Human.percent(member.decimal("ownedPercentAfter"))),
          store == null ? "-" : Human.bytes(store.number("bytes")),
          store == null ? "-" : Human.bytes(member.number("bytesOut")),
          store == null ? "-" : Human.bytes(member.number("bytesIn")),
          store == null ? "-" : Human.bytes(store.number("budgetBytes")),
          Human.percent(member.decimal("fillPercentAfter")));
    }
    table.print(out);
    String refusal = plan.text("refusal");
    if (!refusal.isEmpty()) {
      out.println("would be refused: " + refusal);
    }
  }

  private static String change(String from, String to) {
    return from.equals(to) ? from : from + " -> " + to;
  }
}
