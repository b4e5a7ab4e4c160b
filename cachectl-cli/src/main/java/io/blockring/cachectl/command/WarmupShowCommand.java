package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Shows one warm-up and what failed. Ask the node that runs it.",
    footerHeading = "%nExamples:%n",
    footer = "  cachectl --address gpu-01 warmup show w-1")
final class WarmupShowCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "ID", description = "As in cachectl warmup list.")
  private String id = "";

  WarmupShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    WarmupView.showOne(invocation, invocation.client().ask(Request.get("warmups", id)));
    return 0;
  }
}
