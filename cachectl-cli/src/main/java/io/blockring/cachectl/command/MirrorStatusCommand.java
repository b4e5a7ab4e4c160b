package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
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
import picocli.CommandLine.Parameters;

@Command(
    name = "status",
    description = {
      "Shows what own buckets still lack of their source regions, and how the buckets answer.",
      "Lag is as of the last comparison; BUCKETS is the answering node's own view."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cachectl mirror status", "  cachectl mirror status models --output json"})
final class MirrorStatusCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", arity = "0..1", paramLabel = "MOUNT", description = "Only this mount.")
  private String mount = "";

  MirrorStatusCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Answer answer = invocation.client().ask(Request.get("mirrors"));
    String name = mount.startsWith("/") ? mount.substring(1) : mount;
    List<Json> shown = answer.json().objects("mirrors");
    if (!name.isEmpty()) {
      List<Json> named = new ArrayList<>();
      for (Json mirror : shown) {
        if (mirror.text("mount").equals(name)) {
          named.add(mirror);
        }
      }
      if (named.isEmpty()) {
        throw new CommandFailure(
            ExitCode.NOT_FOUND, "no mount '" + name + "' with a source region behind it");
      }
      shown = named;
    }
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
    } else {
      show(shown);
    }
    return 0;
  }

  private void show(List<Json> mirrors) throws CommandFailure {
    Table table =
        new Table(
            "MOUNT",
            "SOURCE",
            "STATE",
            "NODE",
            ">LAG",
            ">BYTES",
            ">AGE",
            ">RATE",
            ">COPIED",
            ">FAILED",
            "COMPARED",
            "BUCKETS");
    for (Json mirror : mirrors) {
      Json lag = mirror.objectOrNull("lag");
      String node = mirror.text("node");
      table.add(
          "/" + mirror.text("mount"),
          mirror.text("source"),
          mirror.text("state"),
          node.isEmpty() ? "-" : node,
          lag == null ? "-" : Long.toString(lag.number("objects")),
          lag == null ? "-" : Human.bytes(lag.number("bytes")),
          lag == null ? "-" : Human.millis(lag.number("seconds") * 1_000),
          Human.bytes(mirror.number("bytesPerSecond")) + "/s",
          Human.bytes(mirror.object("copied").number("bytes")),
          Long.toString(mirror.number("failedCopies")),
          Human.instant(mirror.number("comparedEpochMillis")),
          buckets(mirror));
    }
    table.print(invocation.out());
    for (Json mirror : mirrors) {
      if (!mirror.text("trouble").isEmpty()) {
        invocation.out().println("/" + mirror.text("mount") + ": " + mirror.text("trouble"));
      }
    }
  }

  private static String buckets(Json mirror) throws CommandFailure {
    String own = mirror.text("originState").replace('_', ' ');
    String source = mirror.text("sourceState").replace('_', ' ');
    return "own " + own + ", source " + source;
  }
}
