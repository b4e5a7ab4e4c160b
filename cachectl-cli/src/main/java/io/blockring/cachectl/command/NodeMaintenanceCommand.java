package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "maintenance",
    description = "Announces that a node may be away for a while, so that nothing is moved for it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl node maintenance gpu-07 --for 30m",
      "  cachectl node maintenance gpu-07 --for 0s     # it is back"
    })
final class NodeMaintenanceCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "NODE", description = "Id, as in cachectl nodes.")
  private String node = "";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      required = true,
      description = "How long from now, as 90s, 30m, 2h; at most 7d; 0s ends it.")
  private Duration length = Duration.ZERO;

  NodeMaintenanceCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    String body = Json.object("forSeconds", length.toSeconds());
    Answer answer = invocation.client().ask(Request.post(body, "nodes", node, "maintenance"));
    NodesCommand.show(invocation, answer, List.of(answer.json()));
    return 0;
  }
}
