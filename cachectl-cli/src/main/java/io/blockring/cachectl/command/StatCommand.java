package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.screen.Human;
import io.blockring.cachectl.screen.Table;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "stat",
    description = "Shows one object: its version, and which nodes have how much of it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl stat /models/sd/unet.safetensors",
      "  cachectl stat /models/sd/unet.safetensors -o json | jq .residentPercent"
    })
final class StatCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "PATH", description = "/MOUNT/KEY.")
  private String path = "";

  StatCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Answer answer = invocation.client().ask(Request.get("stat").with("path", path));
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
    } else {
      print(answer.json());
    }
    return 0;
  }

  private void print(Json object) throws CommandFailure {
    PrintStream out = invocation.out();
    long size = object.number("sizeBytes");
    String identity = object.text("identity");
    String type = object.text("contentType");
    Table facts = new Table("", "");
    facts.add("path", object.text("path"));
    facts.add("size", Human.bytes(size) + " (" + size + " bytes)");
    facts.add("identity", identity.isEmpty() ? "none that is strong: never stored" : identity);
    facts.add("modified", Human.instant(object.number("lastModifiedEpochMillis")));
    facts.add("type", type.isEmpty() ? "-" : type);
    facts.add(
        "blocks", object.number("blocks") + " of " + Human.bytes(object.number("blockBytes")));
    facts.add(
        "resident",
        object.number("residentBlocks")
            + " blocks, "
            + Human.bytes(object.number("residentBytes"))
            + ", "
            + Human.percent(object.decimal("residentPercent")));
    facts.printRows(out);
    Table nodes = new Table("NODE", ">BLOCKS", ">SIZE", ">SHARE");
    for (Json node : object.objects("nodes")) {
      nodes.add(
          node.text("node"),
          Long.toString(node.number("blocks")),
          Human.bytes(node.number("bytes")),
          Human.percent(node.decimal("percent")));
    }
    if (!nodes.isEmpty()) {
      out.println();
      nodes.print(out);
    }
    for (Json silent : object.objects("unanswered")) {
      out.println("not counted: " + silent.text("node") + " (" + silent.text("reason") + ")");
    }
  }
}
