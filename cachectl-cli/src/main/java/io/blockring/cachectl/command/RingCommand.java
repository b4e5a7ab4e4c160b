package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.screen.Human;
import io.blockring.cachectl.screen.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "ring",
    description = {
      "Shows who owns how much: slots, what the stores hold and would hold if all bytes were where",
      "they belong, and slots that a node holds for others until their blocks have moved."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cachectl ring", "  cachectl ring plan --add gpu-09:3500:b"})
final class RingCommand implements Callable<Integer> {
  private final Invocation invocation;

  RingCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Answer answer = invocation.client().ask(Request.get("ring"));
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
    } else {
      print(answer.json());
    }
    return 0;
  }

  private void print(Json ring) throws CommandFailure {
    invocation
        .out()
        .println(
            "epoch "
                + ring.number("epoch")
                + ", "
                + ring.number("slots")
                + " slots, ring "
                + ring.text("fingerprint"));
    Table table =
        new Table("NODE", ">WEIGHT", ">SLOTS", ">OWNS", ">HOLDS", ">FILL", ">EXPECTED", ">TO MOVE");
    for (Json member : ring.objects("members")) {
      Json store = member.objectOrNull("store");
      table.add(
          member.text("id"),
          Long.toString(member.number("weight")),
          Long.toString(member.number("slots")),
          Human.percent(member.decimal("ownedPercent")),
          store == null ? "-" : Human.bytes(store.number("bytes")),
          Human.percent(member.decimal("fillPercent")),
          Human.percent(member.decimal("expectedFillPercent")),
          toMove(member));
    }
    table.print(invocation.out());
  }

  /** What is on its way, or only that something is: who does not answer does not say how much. */
  private static String toMove(Json member) throws CommandFailure {
    Json handoff = member.objectOrNull("handoff");
    long left = handoff == null ? 0 : handoff.number("expectedBytes") - handoff.number("doneBytes");
    if (handoff != null && left > 0) {
      Long eta = handoff.numberOrNull("etaMillis");
      return Human.bytes(left) + (eta == null ? "" : ", " + Human.millis(eta));
    }
    long held = member.number("heldSlots");
    return held == 0 ? "-" : held + " slots";
  }
}
