package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "repair",
    description = {
      "Decides what becomes of nodes that vanished together. When more than a tenth of the weight",
      "vanishes within a minute, they keep their slots until they return; --start waits no longer:",
      "others own their slots once they have been away for cluster.grace."
    },
    footerHeading = "%nExamples:%n",
    footer = "  cachectl repair --start")
final class RepairCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--start",
      description = "Waits no longer for the nodes that are away or gone now.")
  private boolean isStarted;

  RepairCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    if (!isStarted) {
      throw new CommandFailure(ExitCode.USAGE, "name what to do: --start");
    }
    Answer answer = invocation.client().ask(Request.post(Json.object(), "repair", "start"));
    List<String> nodes = answer.json().texts("nodes");
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
    } else if (nodes.isEmpty()) {
      invocation.out().println("all nodes are alive: there is nothing to wait for");
    } else {
      invocation.out().println("not waited for any longer: " + String.join(", ", nodes));
    }
    return 0;
  }
}
