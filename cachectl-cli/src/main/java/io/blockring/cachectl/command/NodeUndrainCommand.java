package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "undrain",
    description = "The end of drain, at any time: the node owns its weight again.",
    footerHeading = "%nExamples:%n",
    footer = "  cachectl node undrain gpu-07")
final class NodeUndrainCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "NODE", description = "Id, as in cachectl nodes.")
  private String node = "";

  NodeUndrainCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Answer answer = invocation.client().ask(Request.post(Json.object(), "nodes", node, "undrain"));
    new HandoffView(invocation).show(answer);
    return 0;
  }
}
