package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove",
    description = {
      "Takes a node that will not come back out of the cluster: others own its share from then on.",
      "Refused while the node is alive, or when the others have no room for what they are to hold."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cachectl node remove gpu-07 --dry-run", "  cachectl node remove gpu-07"})
final class NodeRemoveCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "NODE", description = "Id, as in cachectl nodes.")
  private String node = "";

  @Option(names = "--dry-run", description = "Only says what it would do, as cachectl ring plan.")
  private boolean isDryRun;

  @Option(names = "--force", description = "Even when blocks are evicted for it; not while alive.")
  private boolean isForced;

  NodeRemoveCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    if (isDryRun) {
      return RingPlanCommand.dryRun(invocation, "remove", node);
    }
    String body = isForced ? Json.object("force", true) : Json.object();
    Answer answer = invocation.client().ask(Request.post(body, "nodes", node, "remove"));
    String removed = answer.json().text("removedNode");
    invocation.out().println(invocation.isJson() ? answer.text() : "removed " + removed);
    return 0;
  }
}
