package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "isolate",
    description = {
      "Lets nobody read from a node until it is readmitted. It keeps its slots and its blocks;",
      "the next in line stand in for it."
    },
    footerHeading = "%nExamples:%n",
    footer = "  cachectl node isolate gpu-07 --because slow-disk")
final class NodeIsolateCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "NODE", description = "Id, as in cachectl nodes.")
  private String node = "";

  @Option(
      names = "--because",
      paramLabel = "TEXT",
      description = "For whoever looks at it later; cachectl nodes shows it.")
  private String because = "";

  NodeIsolateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    String body = Json.object("because", because);
    Answer answer = invocation.client().ask(Request.post(body, "nodes", node, "isolate"));
    NodesCommand.show(invocation, answer, List.of(answer.json()));
    return 0;
  }
}
