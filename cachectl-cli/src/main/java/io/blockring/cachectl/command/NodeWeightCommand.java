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
    name = "weight",
    description = {
      "Pins a node's share of the ring. 0: it owns nothing and serves what it holds.",
      "Refused when what moves has no room where it goes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl node weight gpu-07 0 --dry-run",
      "  cachectl node weight gpu-07 0",
      "  cachectl node weight gpu-07 3500"
    })
final class NodeWeightCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "NODE", description = "Id, as in cachectl nodes.")
  private String node = "";

  @Parameters(
      index = "1",
      paramLabel = "WEIGHT",
      description = "Absolute; usually GiB of SSD; 0 to 1000000.")
  private int weight;

  @Option(names = "--dry-run", description = "Only says what it would do, as cachectl ring plan.")
  private boolean isDryRun;

  @Option(names = "--force", description = "Even when blocks are evicted for it.")
  private boolean isForced;

  NodeWeightCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    if (isDryRun) {
      return RingPlanCommand.dryRun(invocation, "weight", node + "=" + weight);
    }
    String body =
        isForced ? Json.object("weight", weight, "force", true) : Json.object("weight", weight);
    Answer answer = invocation.client().ask(Request.post(body, "nodes", node, "weight"));
    NodesCommand.show(invocation, answer, List.of(answer.json()));
    return 0;
  }
}
