package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "readmit",
    description = "Lets a node be read from again: the end of isolate.",
    footerHeading = "%nExamples:%n",
    footer = "  cachectl node readmit gpu-07")
final class NodeReadmitCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "NODE", description = "Id, as in cachectl nodes.")
  private String node = "";

  NodeReadmitCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Answer answer = invocation.client().ask(Request.post(Json.object(), "nodes", node, "readmit"));
    NodesCommand.show(invocation, answer, List.of(answer.json()));
    return 0;
  }
}
